import type {Distribution} from "../../generation/distribution.js";

/** How often each token (column) followed each other one (row) in a text: [V, V], row-major. */
export interface PairCounts {
  /** V, kinds of tokens. */
  size: number;
  counts: Uint32Array;
}

/** Counts the pairs of a text of N tokens, of which there are N − 1. */
export function countNeighbours(tokens: ArrayLike<number>, size: number): PairCounts {
  const counts = new Uint32Array(size * size);
  for (let i = 1; i < tokens.length; i++) counts[tokens[i - 1]! * size + tokens[i]!]! += 1;
  return {size, counts};
}

/** How often anything followed a token: the sum of its row. */
export function rowTotal({size, counts}: PairCounts, row: number): number {
  let total = 0;
  for (let column = 0; column < size; column++) total += counts[row * size + column]!;
  return total;
}

/**
 * The table of probabilities that counting gives: (n + α) / (N + αV), with n how often the pair occurred and N the
 * total of its row (Laplace's rule for α = 1): [V, V]. A row of which nothing is known is even.
 */
export function countedTable(pairs: PairCounts, smoothing: number): Float64Array {
  const {size, counts} = pairs;
  const table = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const total = rowTotal(pairs, row) + smoothing * size;
    for (let i = row * size; i < (row + 1) * size; i++)
      table[i] = total > 0 ? (counts[i]! + smoothing) / total : 1 / size;
  }
  return table;
}

/**
 * The mean of −ln p, in nats a token, that a table of probabilities [V, V] gives a text whose pairs are counted:
 * the whole text is in those counts, for such a model sees one token back. Infinity where a pair that occurs was held
 * to be impossible, NaN for a text without pairs.
 */
export function tableLoss(table: ArrayLike<number>, {counts}: PairCounts): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === 0) continue;
    sum -= count * Math.log(table[i]!);
    total += count;
  }
  return sum / total;
}

/** One row of a table as what it is, a distribution: tokens that cannot come are the ones that are cut. */
export function rowDistribution(table: Float64Array, size: number, row: number): Distribution {
  const probabilities = table.slice(row * size, (row + 1) * size);
  const ids = Uint16Array.from(probabilities, (_, id) => id).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b
  );
  let [kept, entropy] = [0, 0];
  for (const p of probabilities)
    if (p > 0) {
      kept += 1;
      entropy -= p * Math.log(p);
    }
  return {
    tempered: probabilities,
    probabilities,
    ids,
    kept,
    removedMass: 0,
    entropy: {before: entropy, after: entropy}
  };
}

/** How many of the V × V pairs occur at all. */
export function kindsOfPairs({counts}: PairCounts): number {
  return counts.reduce((kinds, count) => (count > 0 ? kinds + 1 : kinds), 0);
}

/** The counts that are not 0, as a list for a file: the distance from the last place, the count, and so on. */
export function packCounts({counts}: PairCounts): number[] {
  const packed: number[] = [];
  let last = 0;
  counts.forEach((count, i) => {
    if (count === 0) return;
    packed.push(i - last, count);
    last = i;
  });
  return packed;
}

/** What `packCounts` packed. Throws RangeError where it does not fit a table of V × V. */
export function unpackCounts(packed: readonly number[], size: number): PairCounts {
  const counts = new Uint32Array(size * size);
  let at = 0;
  for (let i = 0; i + 1 < packed.length; i += 2) {
    at += packed[i]!;
    if (!(at < counts.length))
      throw new RangeError(`A count at place ${at} does not fit a table of ${size} × ${size}.`);
    counts[at] = packed[i + 1]!;
  }
  return {size, counts};
}

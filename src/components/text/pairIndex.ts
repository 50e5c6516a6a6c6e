/** Two symbols that stand side by side somewhere in the training words. */
export interface Pair {
  left: number;
  right: number;
  /** How often they are neighbours in the text: words count as often as they occur, overlaps (aaa) twice. */
  count: number;
  /** Where the left symbol stands, ascending; places where the pair has gone since are still listed. */
  positions: number[];
}

/** A word as symbols (ids below 65,536), and how often it occurs in the text. */
export type WeightedWord = readonly [symbols: ArrayLike<number>, count: number];

export interface PairIndex {
  /** The pairs present, by `pairKey`. */
  readonly pairs: ReadonlyMap<number, Pair>;
  /** Symbols in the text: its length in tokens. */
  readonly length: number;
  /**
   * Makes one symbol `id` of every occurrence of the pair, leftmost first, and takes the pair out. `id` must
   * be new. Returns the pairs this made: all contain `id`, and counts of older pairs only ever fall.
   */
  merge(pair: Pair, id: number): Pair[];
  /** Takes a pair out that must never be merged. */
  discard(pair: Pair): void;
}

/** Orders pairs by left, then right symbol. */
export const pairKey = (left: number, right: number): number => left * 65_536 + right;

/**
 * Where and how often each pair of neighbours occurs in a set of words, kept true while pairs are merged:
 * a merge visits the places where its pair stands and changes the counts of the neighbours there, nothing
 * else. Words are linked lists in flat arrays.
 */
export function createPairIndex(words: Iterable<WeightedWord>): PairIndex {
  const symbols: number[] = [];
  const weights: number[] = [];
  const lastOfWord: boolean[] = [];
  let length = 0;
  for (const [word, count] of words) {
    for (let i = 0; i < word.length; i++) {
      symbols.push(word[i]!);
      weights.push(count);
      lastOfWord.push(i === word.length - 1);
    }
    length += word.length * count;
  }
  const next = Int32Array.from(symbols, (_, at) => (lastOfWord[at] ? -1 : at + 1));
  const previous = Int32Array.from(symbols, (_, at) => (at === 0 || lastOfWord[at - 1] ? -1 : at - 1));

  const pairs = new Map<number, Pair>();

  function add(left: number, right: number, at: number): Pair {
    const key = pairKey(left, right);
    let pair = pairs.get(key);
    if (!pair) {
      pair = {left, right, count: 0, positions: []};
      pairs.set(key, pair);
    }
    pair.count += weights[at]!;
    pair.positions.push(at);
    return pair;
  }

  function remove(left: number, right: number, weight: number): void {
    const key = pairKey(left, right);
    const pair = pairs.get(key);
    if (!pair) return; // The pair being merged, or a discarded one.
    pair.count -= weight;
    if (pair.count === 0) pairs.delete(key);
  }

  next.forEach((after, at) => {
    if (after >= 0) add(symbols[at]!, symbols[after]!, at);
  });

  function merge(pair: Pair, id: number): Pair[] {
    const {left, right} = pair;
    discard(pair);
    const made = new Set<Pair>();
    for (const at of pair.positions) {
      const second = next[at]!;
      if (symbols[at] !== left || second < 0 || symbols[second] !== right) continue;
      const before = previous[at]!;
      const after = next[second]!;
      const weight = weights[at]!;
      if (before >= 0) {
        remove(symbols[before]!, left, weight);
        made.add(add(symbols[before]!, id, before));
      }
      if (after >= 0) {
        remove(right, symbols[after]!, weight);
        made.add(add(id, symbols[after]!, at));
        previous[after] = at;
      }
      symbols[at] = id;
      symbols[second] = -1;
      next[at] = after;
      length -= weight;
    }
    return [...made].filter(({count}) => count > 0);
  }

  function discard({left, right}: Pair): void {
    pairs.delete(pairKey(left, right));
  }

  return {
    pairs,
    get length() {
      return length;
    },
    merge,
    discard
  };
}

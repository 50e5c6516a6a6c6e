import {formatCount, formatFixed, formatPercent, tokenName} from "../../views/format.js";
import {type PairCounts, rowTotal} from "./pairCounts.js";
import type {Rung} from "./trace.js";

/** A row seldom seen says little of what is certain. */
const SEEN = 100;

/**
 * The character, seen often, whose follower is the surest: "after ‘q’ came ‘u’ all 1,204 times". Letters are looked at
 * before quotes and stops, whose followers are a matter of typesetting.
 */
export function surestPair(pairs: PairCounts, vocabulary: readonly string[]): string {
  let best = {share: -1, row: 0, column: 0, total: 0};
  const often = Array.from({length: pairs.size}, (_, row) => row).filter(
    (row) => rowTotal(pairs, row) >= SEEN
  );
  const letters = often.filter((row) => /^\p{L}/u.test(vocabulary[row]!));
  for (const row of letters.length > 0 ? letters : often) {
    const total = rowTotal(pairs, row);
    for (let column = 0; column < pairs.size; column++) {
      const share = pairs.counts[row * pairs.size + column]! / total;
      if (share > best.share || (share === best.share && total > best.total))
        best = {share, row, column, total};
    }
  }
  if (best.share < 0) return "no character was seen often enough to say";
  const [first, next] = [tokenName(vocabulary[best.row]!), tokenName(vocabulary[best.column]!)];
  return best.share === 1
    ? `after ${first} came ${next} all ${formatCount(best.total)} times`
    : `after ${first} came ${next} in ${formatPercent(best.share)} of ${formatCount(best.total)} cases`;
}

/** What the floor is, where the text has one. */
export const floorWords = (floor: number | null): string =>
  floor === null
    ? ""
    : "The text was written by a grammar whose every probability is known; the last row is its own loss, the floor that no model can go below on average.";

/** How far the rows of a table are, in nats on average, from even and from how common each token is. */
export function rowDistances(
  table: ArrayLike<number>,
  pairs: PairCounts
): {toEven: number; toCommon: number} {
  const {size, counts} = pairs;
  const common = new Float64Array(size);
  for (let i = 0; i < counts.length; i++) common[i % size]! += counts[i]!;
  const all = common.reduce((sum, count) => sum + count, 0);
  let [toEven, toCommon] = [0, 0];
  for (let row = 0; row < size; row++) {
    const weight = rowTotal(pairs, row) / all;
    for (let column = 0; column < size; column++) {
      const p = table[row * size + column]!;
      if (weight === 0 || p === 0) continue;
      toEven += weight * p * Math.log(p * size);
      // A token that never follows another, the first of the text at most, has the share of half a time.
      toCommon += weight * p * Math.log((p * all) / Math.max(common[column]!, 0.5));
    }
  }
  return {toEven, toCommon};
}

/** Whether more sight or better use of it won between a network and the longest n-grams; nothing where one is missing. */
export function windowAgainstCounts(ladder: readonly Rung[], networkName: string): string {
  const orderOf = ({name}: Rung) => Number(/^Counted (\d+)-grams$/.exec(name)?.[1] ?? 0);
  const network = ladder.find(({name}) => name === networkName);
  const counts = [...ladder].filter(orderOf).sort((a, b) => orderOf(b) - orderOf(a))[0];
  if (!network || !counts) return "";
  const pair = `${formatFixed(network.loss)} nats against ${formatFixed(counts.loss)}`;
  return network.loss > counts.loss
    ? `On this text, whose phrases often return word for word, counting still beats so small a network trained so briefly: ${pair}.`
    : `Here the network already beats the longest counts: ${pair}.`;
}

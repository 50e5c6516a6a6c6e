import {formatCount, formatFixed, formatPercent, tokenName} from "../../views/format.js";
import {type PairCounts, rowTotal} from "./pairCounts.js";
import type {Rung} from "./trace.js";

/** A row seldom seen says little of what is certain. */
const SEEN = 100;

/** The character, seen often, whose follower is the surest: "after ‘q’ came ‘u’ in 100% of 1,204 times". */
export function surestPair(pairs: PairCounts, vocabulary: readonly string[]): string {
  let best = {share: -1, row: 0, column: 0, total: 0};
  for (let row = 0; row < pairs.size; row++) {
    const total = rowTotal(pairs, row);
    if (total < SEEN) continue;
    for (let column = 0; column < pairs.size; column++) {
      const share = pairs.counts[row * pairs.size + column]! / total;
      if (share > best.share) best = {share, row, column, total};
    }
  }
  if (best.share < 0) return "no character was seen often enough to say";
  const [first, next] = [tokenName(vocabulary[best.row]!), tokenName(vocabulary[best.column]!)];
  return `after ${first} came ${next} ${formatPercent(best.share)} of ${formatCount(best.total)} times`;
}

/** Whether more sight or better use of it won between the network with a window and the longest counts. */
export function windowAgainstCounts(
  ladder: readonly Rung[],
  networkName: string,
  countsName: string
): string {
  const loss = (name: string) => ladder.find((rung) => rung.name === name)?.loss ?? Number.NaN;
  const [network, counts] = [loss(networkName), loss(countsName)];
  if (!(Number.isFinite(network) && Number.isFinite(counts))) return "";
  const pair = `${formatFixed(network)} nats against ${formatFixed(counts)}`;
  return network > counts
    ? `On this text, whose phrases often return word for word, counting still beats so small a network trained so briefly: ${pair}.`
    : `Here the network already beats the longest counts: ${pair}.`;
}

import {formatFixed, tokenName} from "../../views/format.js";
import type {ShuffleReading} from "./orderPage.js";
import {largestChange, ROUNDING} from "./reordering.js";

/** What the reordering did, in a sentence. */
export function verdictOf(
  {before, after}: ShuffleReading,
  vocabulary: readonly string[],
  order: readonly number[]
): string {
  if (order.every((index, place) => index === place))
    return "The line is as written: there is nothing to compare yet.";
  const {id, change} = largestChange(before, after);
  if (change === 0) return `Nothing changed: all ${before.length} probabilities are what they were.`;
  return change < ROUNDING
    ? `Nothing changed: no probability moved by more than ${roundedUp(change)}, which is the rounding of its last digits.`
    : `The answer changed: the probability of ${tokenName(vocabulary[id]!)} moved by ${formatFixed(100 * change, change < 0.001 ? 3 : 1)} percentage points.`;
}

/** A small number as the next power of ten above it. */
const roundedUp = (x: number): string =>
  x === 0 ? "0" : `0.${"0".repeat(Math.max(0, -Math.ceil(Math.log10(x)) - 1))}1`;

import type {TrueDistributions} from "../../corpus/storyDistributions.js";

/** By how much a loss, less its floor, differs from the divergence of the model from the truth. */
export interface Excess {
  /** Nats a token: loss − floor − KL(p ‖ q). */
  nats: number;
  /** One standard error of it. */
  error: number;
}

/**
 * What came costs a model −ln q, and the truth −ln p: more by KL(p ‖ q) in expectation over p. For a text that the model
 * has not read, the difference at each place has the mean 0, whatever stands before (a martingale difference), so that
 * squares add up to the variance. Below 0 the model gives more to what came than anyone can who does not know it.
 * `nats` and `divergences` [N] are NaN where nothing is known; null where that is everywhere.
 */
export function excessOf(
  ids: Uint16Array,
  {nats, divergences}: {nats: Float64Array; divergences: Float64Array},
  truth: TrueDistributions
): Excess | null {
  let [places, sum, squares] = [0, 0, 0];
  divergences.forEach((divergence, i) => {
    if (Number.isNaN(divergence)) return;
    let p = 0;
    for (let k = truth.offsets[i]!; k < truth.offsets[i + 1]!; k++)
      if (truth.ids[k] === ids[i]) p += truth.probabilities[k]!;
    const difference = nats[i]! + Math.log(p) - divergence;
    places++;
    sum += difference;
    squares += difference ** 2;
  });
  return places === 0 ? null : {nats: sum / places, error: Math.sqrt(squares) / places};
}

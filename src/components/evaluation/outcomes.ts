import {BINS, type CalibratedPlace, sortIntoBins} from "./calibration.js";
import {rowSoftmax} from "./rowSoftmax.js";

/** Windows of one length T of a text, and the token that follows each of their places: both [batch, T], row-major. */
export interface OutcomeWindows {
  ids: Uint16Array;
  targets: Uint16Array;
  /** [batch]: where in the text each window begins. */
  starts: Uint32Array;
}

/** What is measured of n distributions, without the distributions. */
export interface Outcomes {
  /** [n], −ln p of what came. */
  nats: Float64Array;
  /** As in `CalibratedPlace`: [n], and [n, BINS] row-major. */
  tops: Float64Array;
  hits: Uint8Array;
  chances: Float64Array;
  counts: Float64Array;
  masses: Float64Array;
}

/** Sums up the scores [batch, T, V] of windows. Throws RangeError where one is not finite. */
export function outcomesOf(logits: Float32Array, {targets, starts}: OutcomeWindows): Outcomes {
  const n = targets.length;
  const V = logits.length / n;
  const length = n / starts.length;
  const p = new Float64Array(V);
  const outcomes: Outcomes = {
    nats: new Float64Array(n),
    tops: new Float64Array(n),
    hits: new Uint8Array(n),
    chances: new Float64Array(n),
    counts: new Float64Array(n * BINS),
    masses: new Float64Array(n * BINS)
  };
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * V, (i + 1) * V);
    const index = starts[Math.floor(i / length)]! + (i % length) + 1;
    const normaliser = rowSoftmax(row, p, index);
    const bins = [i * BINS, (i + 1) * BINS] as const;
    const best = sortIntoBins(p, outcomes.counts.subarray(...bins), outcomes.masses.subarray(...bins));
    const id = targets[i]!;
    outcomes.nats[i] = normaliser - row[id]!;
    outcomes.tops[i] = p[best]!;
    outcomes.hits[i] = best === id ? 1 : 0;
    outcomes.chances[i] = p[id]!;
  }
  return outcomes;
}

/** What is known of place i. Its arrays are parts of the others. */
export function outcomeAt(
  {nats, tops, hits, chances, counts, masses}: Outcomes,
  i: number
): CalibratedPlace & {nats: number} {
  return {
    nats: nats[i]!,
    top: tops[i]!,
    hit: hits[i] === 1,
    chance: chances[i]!,
    counts: counts.subarray(i * BINS, (i + 1) * BINS),
    masses: masses.subarray(i * BINS, (i + 1) * BINS)
  };
}

import {countedTable, type PairCounts, tableLoss} from "./pairCounts.js";

/** The slider's ends; smoothing is a count, so all of it is above 0. */
export const SMOOTHING = {min: 0.001, max: 1000, points: 49} as const;

export interface SmoothingPoint {
  smoothing: number;
  /** Mean −ln p in nats: of the text that was counted, and of the held-out text. */
  train: number;
  heldOut: number;
}

/** The losses of a counted bigram at one α. */
export function lossesAt(smoothing: number, pairs: PairCounts, heldOut: PairCounts): SmoothingPoint {
  const table = countedTable(pairs, smoothing);
  return {smoothing, train: tableLoss(table, pairs), heldOut: tableLoss(table, heldOut)};
}

/** The same over the slider's whole range, evenly on a logarithmic scale. */
export function smoothingCurve(pairs: PairCounts, heldOut: PairCounts): SmoothingPoint[] {
  const {min, max, points} = SMOOTHING;
  return Array.from({length: points}, (_, i) =>
    lossesAt(min * (max / min) ** (i / (points - 1)), pairs, heldOut)
  );
}

/** The point with the least held-out loss. */
export function bestPoint(curve: readonly SmoothingPoint[]): SmoothingPoint {
  return curve.reduce((best, point) => (point.heldOut < best.heldOut ? point : best));
}

import {EPSILON} from "../../ops/epsilon.js";

/** One vector on its way through LayerNorm; all arrays are [C]. */
export interface NormalisedVector {
  mean: number;
  deviation: number;
  /** Mean 0, deviation 1. */
  normalised: number[];
  /** After gain and bias. */
  output: number[];
}

/**
 * LayerNorm of a single vector in plain numbers, so that a slider can follow it without an engine: the formula of
 * `layerNorm`, against which it is tested. x, gain, bias [C].
 */
export function layerNormVector(
  x: readonly number[],
  gain: readonly number[],
  bias: readonly number[] | null
): NormalisedVector {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const normalised = x.map((value) => (value - mean) / Math.sqrt(variance + EPSILON));
  return {
    mean,
    deviation: Math.sqrt(variance),
    normalised,
    output: normalised.map((value, i) => value * gain[i]! + (bias?.[i] ?? 0))
  };
}

import type {HeadMatrices} from "./lineTrace.js";

/** Every step from queries and keys to the output of one head; [T, T] and row-major unless said otherwise. */
export interface AttentionSteps {
  /** q·kᵀ */
  products: Float64Array;
  /** q·kᵀ/√D, less ALiBi's share of the distance where the model has it. */
  scaled: Float64Array;
  /** NaN where a key may not be seen. */
  masked: Float64Array;
  /** e^(score − largest score of the row); NaN where masked. */
  exponentials: Float64Array;
  /** Their shares of the row's sum; 0 where masked. */
  weights: Float64Array;
  /** [T, D]: weights·v */
  output: Float64Array;
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017) one step at a time, in float64: the same numbers as `attention`
 * in components/ops, which computes them at once and for every head.
 */
export function attentionSteps(head: HeadMatrices): AttentionSteps {
  const {tokens, q, k, v, model, headWidth: D, slope} = head;
  const T = tokens.length;
  const square = (value: (i: number, j: number) => number) =>
    Float64Array.from({length: T * T}, (_, at) => value(Math.floor(at / T), at % T));
  const products = square((i, j) => dot(q, i * D, k, j * D, D));
  const scaled = square((i, j) => products[i * T + j]! / Math.sqrt(D) - slope * Math.abs(i - j));
  const masked = square((i, j) => (model.causal && j > i ? Number.NaN : scaled[i * T + j]!));
  const exponentials = new Float64Array(T * T);
  const weights = new Float64Array(T * T);
  for (let i = 0; i < T; i++) {
    const row = softmaxRow(masked.subarray(i * T, (i + 1) * T));
    exponentials.set(row.exponentials, i * T);
    weights.set(row.weights, i * T);
  }
  const output = new Float64Array(T * D);
  for (let i = 0; i < T; i++)
    for (let j = 0; j < T; j++)
      for (let d = 0; d < D; d++) output[i * D + d]! += weights[i * T + j]! * v[j * D + d]!;
  return {products, scaled, masked, exponentials, weights, output};
}

/**
 * Shares of one row of scores, which sum to 1; NaN is a score that does not count. The largest score is taken off each
 * first, so that no exponential overflows; shares do not change by it.
 */
export function softmaxRow(scores: Float64Array): {exponentials: Float64Array; weights: Float64Array} {
  const most = Math.max(...scores.filter((x) => !Number.isNaN(x)));
  const exponentials = scores.map((x) => Math.exp(x - most));
  const sum = exponentials.reduce((sum, x) => (Number.isNaN(x) ? sum : sum + x), 0);
  return {exponentials, weights: exponentials.map((x) => (Number.isNaN(x) ? 0 : x / sum))};
}

/** Σ a[i]·b[i] over D numbers of each, from where they start. */
export function dot(
  a: ArrayLike<number>,
  aStart: number,
  b: ArrayLike<number>,
  bStart: number,
  D: number
): number {
  let sum = 0;
  for (let d = 0; d < D; d++) sum += a[aStart + d]! * b[bStart + d]!;
  return sum;
}

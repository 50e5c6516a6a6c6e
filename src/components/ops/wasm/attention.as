// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {dropout} from "./dropout";
import {matmul} from "./matmul";
import {softmaxOfScores, softmaxOfScoresGradient} from "./softmax";

/** Positions that are computed together; of what `causal` forbids, only what lies within such a block is. */
const BLOCK: i32 = 32;

/**
 * One head of attention: queries q, keys k, values v and out are matrices [T, D] whose rows lie `row` bytes apart, those
 * of out `outRow`; `weights` has place for T × T floats. The formulas are in ../attention.ts. `slope` is ALiBi's, 0 for
 * none; `first`, `threshold` and `kept` are those of `dropout`, with a threshold of 0 for none.
 */
export function attention(
  T: i32, D: i32, causal: bool, slope: f32, first: i32, threshold: u32, kept: f32,
  q: usize, k: usize, v: usize, row: usize, weights: usize, out: usize, outRow: usize, scratch: usize
): void {
  weigh(T, D, causal, slope, q, k, row, weights, scratch);
  if (threshold) dropout(T * T, first, threshold, kept, weights, weights);
  for (let t = 0; t < T; t += BLOCK) {
    const rows = min(BLOCK, T - t);
    product(rows, D, causal ? t + rows : T, place(weights, T, t, 0), <usize>T * 4, 4, v, row, 4, out + <usize>t * outRow, outRow, scratch);
  }
}

/** The weights of one head before dropout. */
function weigh(
  T: i32, D: i32, causal: bool, slope: f32, q: usize, k: usize, row: usize, weights: usize, scratch: usize
): void {
  const scale: f32 = 1 / sqrt<f32>(<f32>D);
  for (let t = 0; t < T; t += BLOCK) {
    const rows = min(BLOCK, T - t);
    const to = place(weights, T, t, 0);
    product(rows, causal ? t + rows : T, D, q + <usize>t * row, row, 4, k, 4, row, to, <usize>T * 4, scratch);
    softmaxOfScores(t, rows, T, scale, slope, causal, to);
  }
}

/**
 * dq, dk and dv from dy, whose rows are `outRow` bytes apart; those of the others `row`. The weights are computed once
 * more rather than kept from `attention`; `gradient` has place for T × T floats, too.
 */
export function attentionGradient(
  T: i32, D: i32, causal: bool, slope: f32, first: i32, threshold: u32, kept: f32,
  q: usize, k: usize, v: usize, row: usize, weights: usize, gradient: usize, dy: usize, outRow: usize,
  dq: usize, dk: usize, dv: usize, scratch: usize
): void {
  const width = <usize>T * 4;
  const scale: f32 = 1 / sqrt<f32>(<f32>D);
  weigh(T, D, causal, slope, q, k, row, weights, scratch);

  let used = weights;
  if (threshold) dropout(T * T, first, threshold, kept, weights, (used = gradient));
  // Keys are seen by no query before them.
  for (let s = 0; s < T; s += BLOCK) {
    const t = causal ? s : 0;
    product(min(BLOCK, T - s), D, T - t, place(used, T, t, s), 4, width, dy + <usize>t * outRow, outRow, 4, dv + <usize>s * row, row, scratch);
  }

  for (let t = 0; t < T; t += BLOCK) {
    const rows = min(BLOCK, T - t);
    const seen = causal ? t + rows : T;
    product(rows, seen, D, dy + <usize>t * outRow, outRow, 4, v, 4, row, place(gradient, T, t, 0), width, scratch);
  }
  if (threshold) dropout(T * T, first, threshold, kept, gradient, gradient);
  for (let t = 0; t < T; t += BLOCK) {
    const rows = min(BLOCK, T - t);
    const seen = causal ? t + rows : T;
    const from = place(gradient, T, t, 0);
    softmaxOfScoresGradient(rows, T, seen, scale, place(weights, T, t, 0), from);
    product(rows, D, seen, from, width, 4, k, row, 4, dq + <usize>t * row, row, scratch);
  }
  for (let s = 0; s < T; s += BLOCK) {
    const t = causal ? s : 0;
    product(min(BLOCK, T - s), D, T - t, place(gradient, T, t, s), 4, width, q + <usize>t * row, row, 4, dk + <usize>s * row, row, scratch);
  }
}

/** Where element [t, s] of a matrix [T, T] is. */
@inline
function place(matrix: usize, T: i32, t: i32, s: i32): usize {
  return matrix + <usize>(t * T + s) * 4;
}

@inline
function product(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, aDepth: usize, b: usize, bDepth: usize, bColumn: usize,
  out: usize, outRow: usize, scratch: usize
): void {
  matmul(1, M, N, K, a, 0, aRow, aDepth, b, 0, bDepth, bColumn, 0, out, outRow, scratch);
}

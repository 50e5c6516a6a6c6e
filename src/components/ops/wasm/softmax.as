// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {exp} from "./exponential";
import {largest, read, total, wholeVectors, write} from "./vector";

/**
 * Turns scores into weights where they lie: rows `row` … `row` + `rows` of a matrix with `columns` columns, `scores` being
 * the address of the first of them. Each becomes softmax(scores · scale − slope · distance), with the distance of row
 * and column. If `causal`, row i sees columns 0 … i alone, and its other weights are 0.
 */
export function softmaxOfScores(
  row: i32, rows: i32, columns: i32, scale: f32, slope: f32, causal: bool, scores: usize
): void {
  const bytes = <usize>columns * 4;
  for (const end = row + rows; row < end; row++, scores += bytes) {
    const seen = causal ? <usize>(row + 1) * 4 : bytes;
    const whole = wholeVectors(seen);
    for (let at: usize = 0; at < seen; at += at < whole ? 16 : 4)
      write(scores + at, f32x4.mul(read(scores + at, at >= whole), f32x4.splat(scale)), at >= whole);
    if (slope != 0)
      for (let at: usize = 0, column = 0; at < seen; at += 4, column++)
        store<f32>(scores + at, load<f32>(scores + at) - slope * <f32>abs(row - column));

    let four = f32x4.splat(-f32.MAX_VALUE);
    for (let at: usize = 0; at < whole; at += 16) four = f32x4.pmax(four, v128.load(scores + at));
    let most = largest(four);
    for (let at = whole; at < seen; at += 4) most = max(most, load<f32>(scores + at));

    let sums = f32x4.splat(0);
    let rest: f32 = 0;
    for (let at: usize = 0; at < seen; at += at < whole ? 16 : 4) {
      const share = exp(f32x4.sub(read(scores + at, at >= whole), f32x4.splat(most)));
      if (at < whole) sums = f32x4.add(sums, share);
      else rest += f32x4.extract_lane(share, 0);
      write(scores + at, share, at >= whole);
    }
    const norm = f32x4.splat(1 / (total(sums) + rest));
    for (let at: usize = 0; at < seen; at += at < whole ? 16 : 4)
      write(scores + at, f32x4.mul(read(scores + at, at >= whole), norm), at >= whole);
    memory.fill(scores + seen, 0, bytes - seen);
  }
}

/**
 * ds = w ∘ (dw − Σ w ∘ dw) · scale, in place of dw: `rows` rows of weights and gradient, of which the first `seen` of
 * `columns` columns count.
 */
export function softmaxOfScoresGradient(
  rows: i32, columns: i32, seen: i32, scale: f32, weights: usize, gradient: usize
): void {
  const bytes = <usize>seen * 4;
  const whole = wholeVectors(bytes);
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4)
      sums = f32x4.add(sums, f32x4.mul(read(weights + at, at >= whole), read(gradient + at, at >= whole)));
    const mean = f32x4.splat(total(sums));
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const surplus = f32x4.sub(read(gradient + at, at >= whole), mean);
      const share = f32x4.mul(read(weights + at, at >= whole), f32x4.splat(scale));
      write(gradient + at, f32x4.mul(share, surplus), at >= whole);
    }
    weights += <usize>columns * 4;
    gradient += <usize>columns * 4;
  }
}

// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {read, wholeVectors, write} from "./vector";

/** Rows that are summed by themselves first: long sums in one float32 would drift. */
const PART: i32 = 256;

/**
 * out = Σ x over the rows, or Σ x ∘ weights where `weights` is not 0: x and weights [rows, columns], out [columns].
 */
export function sumRows(rows: i32, columns: i32, x: usize, weights: usize, out: usize): void {
  const bytes = <usize>columns * 4;
  const whole = wholeVectors(bytes);
  for (let row = 0; row < rows; row += PART) {
    const part = <usize>min(PART, rows - row) * bytes;
    let at: usize = 0;
    // A line of the cache at a time.
    for (; at + 64 <= bytes; at += 64) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let to = at; to < at + part; to += bytes) {
        s0 = f32x4.add(s0, term(x + to, weights, to, false));
        s1 = f32x4.add(s1, term(x + to + 16, weights, to + 16, false));
        s2 = f32x4.add(s2, term(x + to + 32, weights, to + 32, false));
        s3 = f32x4.add(s3, term(x + to + 48, weights, to + 48, false));
      }
      write(out + at, row ? f32x4.add(v128.load(out + at), s0) : s0, false);
      write(out + at + 16, row ? f32x4.add(v128.load(out + at, 16), s1) : s1, false);
      write(out + at + 32, row ? f32x4.add(v128.load(out + at, 32), s2) : s2, false);
      write(out + at + 48, row ? f32x4.add(v128.load(out + at, 48), s3) : s3, false);
    }
    for (; at < bytes; at += at < whole ? 16 : 4) {
      let sum = f32x4.splat(0);
      for (let to = at; to < at + part; to += bytes)
        sum = f32x4.add(sum, term(x + to, weights, to, at >= whole));
      write(out + at, row ? f32x4.add(read(out + at, at >= whole), sum) : sum, at >= whole);
    }
    x += part;
    if (weights) weights += part;
  }
}

@inline
function term(x: usize, weights: usize, at: usize, single: bool): v128 {
  const value = read(x, single);
  return weights ? f32x4.mul(value, read(weights + at, single)) : value;
}

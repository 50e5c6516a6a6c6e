// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {read, wholeVectors, write} from "./vector";

/** Σ x² of `size` floats, in float64. */
export function sumOfSquares(size: i32, x: usize): f64 {
  const end = x + <usize>size * 4;
  const whole = x + wholeVectors(<usize>size * 4);
  let low = f64x2.splat(0);
  let high = low;
  for (; x < end; x += x < whole ? 16 : 4) {
    const four = read(x, x >= whole);
    const left = f64x2.promote_low_f32x4(four);
    const right = f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 0));
    low = f64x2.add(low, f64x2.mul(left, left));
    high = f64x2.add(high, f64x2.mul(right, right));
  }
  const sums = f64x2.add(low, high);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** out = √x, out [1]. */
export function root(x: f64, out: usize): void {
  store<f32>(out, <f32>sqrt<f64>(x));
}

/** out = x · min(1, limit / (norm + 10⁻⁶)), with norm [1]. */
export function clip(size: i32, limit: f32, norm: usize, x: usize, out: usize): void {
  const factor = f32x4.splat(min<f32>(1, limit / (load<f32>(norm) + 1e-6)));
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4)
    write(out + at, f32x4.mul(read(x + at, at >= whole), factor), at >= whole);
}

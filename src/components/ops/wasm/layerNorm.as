// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {read, total, wholeVectors, write} from "./vector";

/**
 * Layer normalisation of `rows` vectors of `columns` floats, or unless `centres` root-mean-square normalisation, which
 * takes their mean for 0; the formulas are in ../layerNorm.ts and ../rmsNorm.ts. Also writes what the backward pass
 * needs: the normalised vectors, and one inverse deviation for each. `bias` is 0 where there is none.
 */
export function layerNorm(
  rows: i32, columns: i32, centres: bool, epsilon: f32,
  x: usize, gain: usize, bias: usize,
  out: usize, normalised: usize, inverseDeviation: usize
): void {
  const bytes = <usize>columns * 4;
  const whole = wholeVectors(bytes);
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4)
      sums = f32x4.add(sums, read(x + at, at >= whole));
    const mean = centres ? total(sums) / <f32>columns : 0;

    // Once the mean is known, so that a large one takes nothing from the deviations.
    let squares: f32 = 0;
    sums = f32x4.splat(0);
    for (let at: usize = 0; at < whole; at += 16) {
      const centred = f32x4.sub(v128.load(x + at), f32x4.splat(mean));
      sums = f32x4.add(sums, f32x4.mul(centred, centred));
    }
    for (let at = whole; at < bytes; at += 4) {
      const centred = load<f32>(x + at) - mean;
      squares += centred * centred;
    }
    const inverse: f32 = 1 / sqrt<f32>((total(sums) + squares) / <f32>columns + epsilon);
    store<f32>(inverseDeviation, inverse);
    inverseDeviation += 4;

    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const centred = f32x4.sub(read(x + at, at >= whole), f32x4.splat(mean));
      const unit = f32x4.mul(centred, f32x4.splat(inverse));
      write(normalised + at, unit, at >= whole);
      let value = f32x4.mul(unit, read(gain + at, at >= whole));
      if (bias) value = f32x4.add(value, read(bias + at, at >= whole));
      write(out + at, value, at >= whole);
    }
    x += bytes;
    normalised += bytes;
    out += bytes;
  }
}

/** dx; the gradients of gain and bias are `sumRows`. */
export function layerNormGradient(
  rows: i32, columns: i32, centres: bool,
  dy: usize, normalised: usize, inverseDeviation: usize, gain: usize, dx: usize
): void {
  const bytes = <usize>columns * 4;
  const whole = wholeVectors(bytes);
  for (let row = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let products = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const g = f32x4.mul(read(dy + at, at >= whole), read(gain + at, at >= whole));
      sums = f32x4.add(sums, g);
      products = f32x4.add(products, f32x4.mul(g, read(normalised + at, at >= whole)));
    }
    const mean = f32x4.splat(centres ? total(sums) / <f32>columns : 0);
    const along = f32x4.splat(total(products) / <f32>columns);
    const inverse = v128.load32_splat(inverseDeviation);
    inverseDeviation += 4;
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const g = f32x4.mul(read(dy + at, at >= whole), read(gain + at, at >= whole));
      const alongInput = f32x4.mul(read(normalised + at, at >= whole), along);
      write(dx + at, f32x4.mul(f32x4.sub(f32x4.sub(g, mean), alongInput), inverse), at >= whole);
    }
    dy += bytes;
    normalised += bytes;
    dx += bytes;
  }
}

// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/**
 * One AdamW update of `size` floats in one pass; the formula is in ../adamW.ts, with `kept` = 1 − η·λ,
 * `rate` = η / (1 − β₁ᵗ) and `correction` = 1 − β₂ᵗ. The new values go to the last three addresses.
 */
export function adamW(
  size: i32, beta1: f32, rest1: f32, beta2: f32, rest2: f32,
  kept: f32, rate: f32, correction: f32, epsilon: f32,
  parameter: usize, m: usize, v: usize, gradient: usize,
  newParameter: usize, newM: usize, newV: usize
): void {
  const bytes = <usize>size * 4;
  const vectors = bytes & ~15;
  let at: usize = 0;
  for (; at < vectors; at += 16) {
    const g = v128.load(gradient + at);
    const nextM = average(v128.load(m + at), beta1, g, rest1);
    const nextV = average(v128.load(v + at), beta2, f32x4.mul(g, g), rest2);
    v128.store(newM + at, nextM);
    v128.store(newV + at, nextV);
    v128.store(newParameter + at, update(v128.load(parameter + at), nextM, nextV, kept, rate, correction, epsilon));
  }
  // The last floats that fill no vector, one by one in a vector's first lane.
  for (; at < bytes; at += 4) {
    const g = v128.load32_zero(gradient + at);
    const nextM = average(v128.load32_zero(m + at), beta1, g, rest1);
    const nextV = average(v128.load32_zero(v + at), beta2, f32x4.mul(g, g), rest2);
    const next = update(v128.load32_zero(parameter + at), nextM, nextV, kept, rate, correction, epsilon);
    v128.store_lane<f32>(newM + at, nextM, 0);
    v128.store_lane<f32>(newV + at, nextV, 0);
    v128.store_lane<f32>(newParameter + at, next, 0);
  }
}

@inline
function average(old: v128, beta: f32, fresh: v128, rest: f32): v128 {
  return f32x4.add(f32x4.mul(old, f32x4.splat(beta)), f32x4.mul(fresh, f32x4.splat(rest)));
}

@inline
function update(parameter: v128, m: v128, v: v128, kept: f32, rate: f32, correction: f32, epsilon: f32): v128 {
  const root = f32x4.sqrt(f32x4.div(v, f32x4.splat(correction)));
  const step = f32x4.div(f32x4.mul(m, f32x4.splat(rate)), f32x4.add(root, f32x4.splat(epsilon)));
  return f32x4.sub(f32x4.mul(parameter, f32x4.splat(kept)), step);
}

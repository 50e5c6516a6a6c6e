// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

const LOG2_E: f32 = 1.44269504088896341;
/** Added to a number of moderate size and taken away again, it leaves the nearest whole number. */
const ROUNDER: f32 = 12_582_912; // 1.5 · 2²³

/**
 * 2ˣ of each lane, to within 2⁻²² of itself, for x between −126 and 126; beyond them it stays what it is there. NaN stays
 * NaN. x = n + f with n whole and |f| ≤ ½; the polynomial for 2ᶠ is that of exp2f in Moshier's Cephes library, and
 * 2ⁿ is added to the exponent bits.
 */
@inline
export function exp2(x: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(x, f32x4.splat(126)), f32x4.splat(-126));
  // The lowest bits hold n.
  const rounded = f32x4.add(bounded, f32x4.splat(ROUNDER));
  const f = f32x4.sub(bounded, f32x4.sub(rounded, f32x4.splat(ROUNDER)));
  let p = f32x4.splat(1.535336188319500e-4);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.339887440266574e-3));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(9.618437357674640e-3));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(5.550332471162809e-2));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.402264791363012e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(6.931472028550421e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/** eˣ of each lane, to within (4 + |x|) · 2⁻²⁴ of itself, for x between −87 and 87; see `exp2`. */
@inline
export function exp(x: v128): v128 {
  return exp2(f32x4.mul(x, f32x4.splat(LOG2_E)));
}

/**
 * ln x of a positive float32: x = 2ⁿ·m with m between √½ and √2, and ln m = 2 artanh((m − 1)/(m + 1)), whose series is
 * cut where it is below 10⁻⁹. Infinity and NaN stay what they are.
 */
export function ln(x: f32): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<i32>(x);
  const n = (bits - 0x3f3504f3) >> 23; // the bits of √½
  const m = <f64>reinterpret<f32>(bits - (n << 23));
  const s = (m - 1) / (m + 1);
  const square = s * s;
  const series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9))));
  return n * 0.6931471805599453 + 2 * s * series;
}

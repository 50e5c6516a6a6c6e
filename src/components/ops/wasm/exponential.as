// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/** Below the first, eˣ is no normal float32 and becomes 0; above the second it would overflow, and stays 2·10³⁸. */
const LOWEST: f32 = -87.33;
const HIGHEST: f32 = 88.3;

/**
 * eˣ of each lane, to within 2⁻²² of itself; NaN stays NaN. x = n·ln 2 + r with |r| ≤ ½ ln 2, and eˣ = 2ⁿ·eʳ; ln 2 is
 * taken away in two parts so that nothing is lost. The polynomial for eʳ is that of expf in Moshier's Cephes library.
 */
export function exp(x: v128): v128 {
  const bounded = f32x4.min(x, f32x4.splat(HIGHEST));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const exponent = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127));
  return v128.andnot(f32x4.mul(p, i32x4.shl(exponent, 23)), f32x4.lt(x, f32x4.splat(LOWEST)));
}

/**
 * ln x of a positive float32: x = 2ⁿ·m with m between √½ and √2, and ln m = 2 artanh((m − 1)/(m + 1)), whose series is
 * cut where it is below 10⁻⁹.
 */
export function ln(x: f32): f64 {
  const bits = reinterpret<i32>(x);
  // Of √½.
  const n = (bits - 0x3f3504f3) >> 23;
  const m = <f64>reinterpret<f32>(bits - (n << 23));
  const s = (m - 1) / (m + 1);
  const square = s * s;
  const series = 1 + square * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9))));
  return n * 0.6931471805599453 + 2 * s * series;
}

// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {exp} from "./exponential";
import {read, wholeVectors, write} from "./vector";

/** 2·√(2/π), and that times 0.044715. */
const LINEAR: f32 = 1.5957691216057308;
const CUBIC: f32 = 0.07135481282052306;

/** GELU of `size` floats in one pass; the formulas are in ../activations.ts. */
export function gelu(size: i32, x: usize, out: usize): void {
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
    const value = read(x + at, at >= whole);
    write(out + at, f32x4.mul(value, gate(value, f32x4.mul(value, value))), at >= whole);
  }
}

/** dx = dy ∘ (s + x·s(1 − s)·2u′). */
export function geluGradient(size: i32, x: usize, dy: usize, dx: usize): void {
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
    const value = read(x + at, at >= whole);
    const square = f32x4.mul(value, value);
    const s = gate(value, square);
    const slope = f32x4.add(f32x4.mul(square, f32x4.splat(3 * CUBIC)), f32x4.splat(LINEAR));
    const bend = f32x4.mul(f32x4.mul(value, slope), f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)));
    write(dx + at, f32x4.mul(read(dy + at, at >= whole), f32x4.add(s, bend)), at >= whole);
  }
}

/** σ(2u), the share of x that passes. */
@inline
function gate(x: v128, square: v128): v128 {
  const twice = f32x4.mul(x, f32x4.add(f32x4.mul(square, f32x4.splat(CUBIC)), f32x4.splat(LINEAR)));
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(twice))));
}

// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {exp2} from "./exponential";
import {read, wholeVectors, write} from "./vector";

/** 2·√(2/π), and that times 0.044715. */
const LINEAR: f32 = 1.5957691216057308;
const CUBIC: f32 = 0.07135481282052306;
const LOG2_E: f32 = 1.44269504088896341;

/** GELU of `size` floats in one pass, x·σ(2u); the formulas are in ../activations.ts. */
export function gelu(size: i32, x: usize, out: usize): void {
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  let at: usize = 0;
  for (; at < whole; at += 16) {
    const value = v128.load(x + at);
    v128.store(out + at, f32x4.div(value, inverseGate(value, f32x4.mul(value, value))));
  }
  for (; at < bytes; at += 4) {
    const value = read(x + at, true);
    write(out + at, f32x4.div(value, inverseGate(value, f32x4.mul(value, value))), true);
  }
}

/** dx = dy ∘ (s + x·s(1 − s)·2u′). */
export function geluGradient(size: i32, x: usize, dy: usize, dx: usize): void {
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  let at: usize = 0;
  for (; at < whole; at += 16) v128.store(dx + at, slope(v128.load(x + at), v128.load(dy + at)));
  for (; at < bytes; at += 4) write(dx + at, slope(read(x + at, true), read(dy + at, true)), true);
}

@inline
function slope(x: v128, dy: v128): v128 {
  const one = f32x4.splat(1);
  const square = f32x4.mul(x, x);
  const s = f32x4.div(one, inverseGate(x, square));
  const twice = f32x4.mul(x, f32x4.add(f32x4.mul(square, f32x4.splat(3 * CUBIC)), f32x4.splat(LINEAR)));
  const bend = f32x4.mul(twice, f32x4.sub(one, s));
  return f32x4.mul(f32x4.mul(dy, s), f32x4.add(one, bend));
}

/** 1/σ(2u) = 1 + e⁻²ᵘ. */
@inline
function inverseGate(x: v128, square: v128): v128 {
  const u = f32x4.add(f32x4.mul(square, f32x4.splat(-LOG2_E * CUBIC)), f32x4.splat(-LOG2_E * LINEAR));
  return f32x4.add(f32x4.splat(1), exp2(f32x4.mul(x, u)));
}

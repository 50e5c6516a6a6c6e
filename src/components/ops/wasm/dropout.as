// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {read, wholeVectors, write} from "./vector";

/**
 * out = x ∘ mask, of `size` floats; out may be x. The mask is ../dropout.ts's: `kept` for element i where the hash of
 * `first` + i is at least `threshold`, otherwise 0.
 */
export function dropout(size: i32, first: i32, threshold: u32, kept: f32, x: usize, out: usize): void {
  const bytes = <usize>size * 4;
  const whole = wholeVectors(bytes);
  let index = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
    const survives = i32x4.ge_u(hash(index), i32x4.splat(threshold));
    const value = f32x4.mul(read(x + at, at >= whole), v128.and(survives, f32x4.splat(kept)));
    write(out + at, value, at >= whole);
    index = i32x4.add(index, i32x4.splat(at < whole ? 4 : 1));
  }
}

/** MurmurHash3's finaliser (Appleby 2011). */
@inline
function hash(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x85eb_ca6b));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2_ae35));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

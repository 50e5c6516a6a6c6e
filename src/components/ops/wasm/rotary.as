// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.
import {read, wholeVectors, write} from "./vector";

/**
 * Turns `rows` vectors of 2 · `half` floats by pairs i and `half` + i: out = (a·cos − b·sin, b·cos + a·sin). `cos` and
 * `sin` [places, half] repeat after so many rows.
 */
export function rotary(
  rows: i32,
  places: i32,
  half: i32,
  x: usize,
  cos: usize,
  sin: usize,
  out: usize
): void {
  const bytes = <usize>half * 4;
  const whole = wholeVectors(bytes);
  for (let row = 0; row < rows; row++) {
    const turn = <usize>(row % places) * bytes;
    for (let at: usize = 0; at < bytes; at += at < whole ? 16 : 4) {
      const single = at >= whole;
      const a = read(x + at, single);
      const b = read(x + bytes + at, single);
      const c = read(cos + turn + at, single);
      const s = read(sin + turn + at, single);
      write(out + at, f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, s)), single);
      write(out + bytes + at, f32x4.add(f32x4.mul(b, c), f32x4.mul(a, s)), single);
    }
    x += 2 * bytes;
    out += 2 * bytes;
  }
}

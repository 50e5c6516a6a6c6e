// AssemblyScript (assemblyscript.org), compiled to WebAssembly by `npm run kernels`.

/** Of rows of floats: `length` bytes of which are `whole` vectors of 16, and the floats of the rest one by one. */
@inline
export function wholeVectors(length: usize): usize {
  return length & ~15;
}

/** Four floats, or with `single` one float and three zeros. */
@inline
export function read(from: usize, single: bool): v128 {
  return single ? v128.load32_zero(from) : v128.load(from);
}

/** Four floats, or with `single` the first alone. */
@inline
export function write(to: usize, values: v128, single: bool): void {
  if (single) v128.store_lane<f32>(to, values, 0);
  else v128.store(to, values);
}

/** The sum of the four lanes. */
@inline
export function total(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The largest of the four lanes, where none is NaN. */
@inline
export function largest(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

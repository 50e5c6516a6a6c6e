/** Every number of half precision (IEEE 754 binary16) as a float32, by its bits. */
let halves: Float32Array | null = null;

/** Half-precision numbers as float32, exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({length: 65_536}, (_, half) => numberOf(half));
  const table = halves;
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = table[bits[i]!]!;
  return floats;
}

/** Numbers of the format bfloat16, which is the upper half of float32, as float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const whole = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) whole[i] = bits[i]! << 16;
  return new Float32Array(whole.buffer);
}

function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/**
 * Half precision (IEEE 754 binary16): a sign, 5 bits of exponent, 10 of fraction; about three decimal digits, up to
 * 65,504. Written out because the language's own Float16Array is newer than the oldest Node and browsers in use.
 */

/** The largest number that a half can be. */
export const LARGEST_FLOAT16 = 65504;

/** Each number rounded to the nearest half, of two equally near the even one; what is larger than halves go is ±∞. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = halfBits(bits[i]!);
  return halves;
}

function halfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to more than the largest
  // From 2⁻¹⁴ on, the exponent moves from its bias of 127 to one of 15 and 13 bits of the fraction are rounded away.
  if (magnitude >= 0x38800000) return sign | rounded(magnitude - (112 << 23), 13);
  // Below, a half counts steps of 2⁻²⁴; half of the first is 2⁻²⁵.
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign;
  return sign | rounded((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** n / 2^shift, to the nearest whole number, of two equally near the even one. */
function rounded(n: number, shift: number): number {
  const whole = n >>> shift;
  const rest = n - whole * 2 ** shift;
  const middle = 2 ** (shift - 1);
  return rest > middle || (rest === middle && whole % 2 === 1) ? whole + 1 : whole;
}

/** The numbers that halves are; exact. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  numbers ??= Float32Array.from({length: 65536}, (_, half) => numberOf(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = numbers[halves[i]!]!;
  return values;
}

/** Every half there is, by its bits. */
let numbers: Float32Array | null = null;

function numberOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Numbers of the format bfloat16, which is the upper half of float32, as float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const whole = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) whole[i] = bits[i]! << 16;
  return new Float32Array(whole.buffer);
}

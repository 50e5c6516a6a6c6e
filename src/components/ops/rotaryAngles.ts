/** The slowest pair turns by about 1/ROTARY_BASE a position; the value of the paper and of Llama. */
export const ROTARY_BASE = 10_000;

/**
 * The angles of T positions from `first` on, for each of the D/2 pairs: [T, D/2], row-major. In float64, because an
 * angle of thousands in float32 is wrong in its fourth decimal place, and so is its sine.
 */
export function rotaryAngles(first: number, T: number, D: number): Float64Array {
  const angles = new Float64Array((T * D) / 2);
  for (let t = 0; t < T; t++)
    for (let i = 0; i < D / 2; i++) angles[(t * D) / 2 + i] = (first + t) / ROTARY_BASE ** ((2 * i) / D);
  return angles;
}

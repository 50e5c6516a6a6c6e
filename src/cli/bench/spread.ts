/** The middle, the 95th percentile and the largest of some times. */
export interface Spread {
  median: number;
  p95: number;
  max: number;
}

/** Of at least one number; the percentile is the least value that 95% do not exceed (nearest rank). */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("There is no spread of no numbers.");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return {median: at(0.5), p95: at(0.95), max: at(1)};
}

import {median} from "../../components/median.js";

export {median};

/** The middle, the 95th percentile and the extremes of some times. */
export interface Spread {
  min: number;
  median: number;
  p95: number;
  max: number;
}

/**
 * Of at least one number; the median of an even count lies between two; the percentile is the least value that 95% do
 * not exceed (nearest rank). Throws RangeError for none.
 */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("There is no spread of no numbers.");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return {min: at(0), median: median(values), p95: at(0.95), max: at(1)};
}

/** To so many significant digits: more would be noise. */
export const significant = (value: number, digits = 3): number => Number(value.toPrecision(digits));

import type {Distribution} from "../../generation/distribution.js";
import {drawAt, sampleToken} from "../../generation/sample.js";

/**
 * Counts of the first n draws for any n up to `most`, each token drawn once however often it is asked for: a slider of n
 * only counts.
 */
export function keptDraws(
  distribution: Distribution,
  seed: number,
  most: number
): (count: number) => Uint32Array {
  const tokens = new Uint16Array(most);
  let drawn = 0;
  return (count) => {
    for (; drawn < count; drawn++) tokens[drawn] = sampleToken(distribution, drawAt(seed, drawn));
    const counts = new Uint32Array(distribution.probabilities.length);
    for (let i = 0; i < count; i++) counts[tokens[i]!]!++;
    return counts;
  };
}

/** [V]: how often each token comes in `count` draws; each has a random number of its own. */
export const countDraws = (distribution: Distribution, seed: number, count: number): Uint32Array =>
  keptDraws(distribution, seed, count)(count);

/** Counts are compared where so many draws are expected at least; below, cells are put together (Cochran 1954). */
const LEAST_EXPECTED = 5;

export interface Comparison {
  /** Σ (counted − expected)² / expected over the cells. */
  statistic: number;
  /** Cells less one; the statistic's mean, where the draws are right. Its standard deviation is √(2 · this). */
  freedom: number;
}

/**
 * Pearson's χ² of counts [V] against a distribution, the rarest tokens in one cell; they are left out if even together
 * fewer than five are expected. Null where there is only one cell, as for a certain token or too few draws.
 */
export function compareDraws(
  {ids, kept, probabilities}: Distribution,
  counts: Uint32Array
): Comparison | null {
  let draws = 0;
  for (const n of counts) draws += n;
  let statistic = 0;
  let cells = 0;
  const rest = {expected: 0, counted: 0};
  for (let i = 0; i < kept; i++) {
    const id = ids[i]!;
    const expected = draws * probabilities[id]!;
    if (expected < LEAST_EXPECTED) {
      rest.expected += expected;
      rest.counted += counts[id]!;
      continue;
    }
    statistic += (counts[id]! - expected) ** 2 / expected;
    cells++;
  }
  if (rest.expected >= LEAST_EXPECTED) {
    statistic += (rest.counted - rest.expected) ** 2 / rest.expected;
    cells++;
  }
  return cells > 1 ? {statistic, freedom: cells - 1} : null;
}

/** How often a token of probability p comes in n draws: the mean, and the standard deviation of the binomial. */
export const expectedCount = (p: number, n: number): {mean: number; deviation: number} => ({
  mean: n * p,
  deviation: Math.sqrt(n * p * (1 - p))
});

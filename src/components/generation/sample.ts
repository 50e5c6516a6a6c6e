import {createRandom, type Random} from "../random.js";
import type {Distribution} from "./distribution.js";

/**
 * Draws one token with one uniform number u: the first in the order of probability whose cumulative
 * probability exceeds u. In that order a small change of the options seldom changes the choice.
 */
export function sampleToken(
  {ids, kept, probabilities}: Distribution,
  random: Pick<Random, "uniform">
): number {
  const u = random.uniform();
  let cumulative = 0;
  for (let i = 0; i < kept; i++) {
    cumulative += probabilities[ids[i]!]!;
    if (u < cumulative) return ids[i]!;
  }
  // Rounding left the sum a hair below u: the token drawn is the last that can be drawn at all.
  let last = kept - 1;
  while (last > 0 && probabilities[ids[last]!] === 0) last--;
  return ids[last]!;
}

/**
 * The random numbers of one position of a text, given by seed and position alone: sfc32 keyed with the pair
 * and run in as its author advises. A choice at one position thus never moves those after it.
 */
export function drawAt(seed: number, position: number): Random {
  const random = createRandom([seed | 0, position | 0, 0, 1]);
  for (let i = 0; i < 15; i++) random.uint32();
  return random;
}

import {rank} from "./rank.js";

/** How the scores of a model become the distribution that a token is drawn from. */
export interface SamplingOptions {
  /** Divides the scores: below 1 sharpens, above 1 flattens; 0 is greedy (the best token for certain). */
  temperature: number;
  /** Keep this many of the most probable tokens; null or 0 keeps all (Fan, Lewis & Dauphin 2018). */
  topK: number | null;
  /** Keep the fewest most probable tokens that together hold at least this mass; 1 keeps all (Holtzman et al. 2020). */
  topP: number;
  /** Keep the tokens that are at least this share as probable as the best one; 0 keeps all (Nguyen et al. 2024). */
  minP?: number;
}

/** The model's own distribution: nothing sharpened, nothing cut. */
export const PLAIN: Required<SamplingOptions> = {temperature: 1, topK: null, topP: 1, minP: 0};

/** The same options for a vocabulary of that size: a top-k that keeps all of it, or more, is none. */
export const fitOptions = <Options extends SamplingOptions>(
  options: Options,
  vocabSize: number
): Options => ({
  ...options,
  topK: options.topK !== null && options.topK >= vocabSize ? null : options.topK
});

/** The exact distribution of the next token over the whole vocabulary of V tokens. */
export interface Distribution {
  /** [V], by id: after the temperature, before anything is cut. */
  tempered: Float64Array;
  /** [V], by id: what a token is drawn from; 0 where a token was cut. Sums to 1. */
  probabilities: Float64Array;
  /** [V]: every id, most probable first; of equals, the lower id first. */
  ids: Uint16Array;
  /** The first `kept` of `ids` survived the cut; the others have probability 0. At least 1. */
  kept: number;
  /** The tempered mass of the tokens that were cut. */
  removedMass: number;
  /** −Σ p ln p in nats, of `tempered` and of `probabilities`. */
  entropy: {before: number; after: number};
}

/** Throws RangeError with a sentence that names the option and its limits; top-k may not ask for more than there is. */
export function checkSamplingOptions(
  {temperature, topK, topP, minP = 0}: SamplingOptions,
  vocabSize: number
): void {
  if (!(temperature >= 0 && temperature < Number.POSITIVE_INFINITY))
    throw new RangeError(`The temperature is ${temperature}; it must be 0 (greedy) or a positive number.`);
  if (topK !== null && !(Number.isInteger(topK) && topK >= 0 && topK <= vocabSize))
    throw new RangeError(
      `Top-k is ${topK}; it must be a whole number of tokens up to the vocabulary's ${vocabSize}, or 0 to keep all.`
    );
  if (!(topP > 0 && topP <= 1))
    throw new RangeError(`Top-p is ${topP}; it must be a probability above 0 and at most 1.`);
  if (!(minP >= 0 && minP <= 1))
    throw new RangeError(`Min-p is ${minP}; it must be a share from 0 (keep all) to 1 (keep only the best).`);
}

/**
 * Scores [V] → distribution, in float64. In this order: the temperature divides the scores, a softmax makes
 * probabilities of them, top-k keeps the k most probable, top-p keeps the smallest set of the most probable
 * among those that holds at least topP *of their* mass, min-p drops what is less than minP times as probable as the
 * best, and what is left is scaled to sum to 1 (the order of Hugging Face's transformers). At least one token is kept.
 * `ranked` is `rank(logits)` where that is already known. Throws RangeError as `checkSamplingOptions` and `rank` do.
 */
export function distribution(
  logits: Float32Array,
  options: SamplingOptions,
  ranked: Uint16Array = rank(logits)
): Distribution {
  checkSamplingOptions(options, logits.length);
  const tempered = softmax(logits, options.temperature, ranked[0]!);
  const kept = countKept(tempered, ranked, options);

  let keptMass = 0;
  for (let i = 0; i < kept; i++) keptMass += tempered[ranked[i]!]!;
  // Summed from its own terms: 1 − keptMass would leave rounding errors where nothing was cut.
  let removedMass = 0;
  for (let i = ranked.length - 1; i >= kept; i--) removedMass += tempered[ranked[i]!]!;

  const probabilities = new Float64Array(tempered.length);
  for (let i = 0; i < kept; i++) probabilities[ranked[i]!] = tempered[ranked[i]!]! / keptMass;
  return {
    tempered,
    probabilities,
    ids: ranked,
    kept,
    removedMass,
    entropy: {before: entropy(tempered), after: entropy(probabilities)}
  };
}

/**
 * exp((x − max) / temperature), normalised; subtracting the largest score first keeps exp in range. `best` is the
 * id of that score. Writes the V probabilities to `p` and returns it.
 */
export function softmax(
  logits: Float32Array,
  temperature: number,
  best: number,
  p: Float64Array = new Float64Array(logits.length)
): Float64Array {
  if (temperature === 0) {
    p.fill(0);
    p[best] = 1;
    return p;
  }
  const max = logits[best]!;
  let sum = 0;
  for (let id = 0; id < p.length; id++) sum += p[id] = Math.exp((logits[id]! - max) / temperature);
  for (let id = 0; id < p.length; id++) p[id]! /= sum;
  return p;
}

/** How many of the ranked tokens survive top-k, of those top-p, and of those min-p. */
export function countKept(tempered: Float64Array, ranked: Uint16Array, options: SamplingOptions): number {
  if (options.temperature === 0) return 1;
  const afterTopK = keepTopK(ranked.length, options.topK);
  const afterTopP = keepTopP(tempered, ranked, afterTopK, options.topP);
  return keepMinP(tempered, ranked, afterTopP, options.minP ?? 0);
}

/** How many of the first `kept` tokens of a ranking top-k keeps. */
export const keepTopK = (kept: number, topK: number | null): number => (topK ? Math.min(topK, kept) : kept);

/** How many of the first `kept` of `ranked` hold topP of their mass: the fewest, and at least one. */
export function keepTopP(p: Float64Array, ranked: Uint16Array, kept: number, topP: number): number {
  if (topP === 1) return kept;
  let mass = 0;
  for (let i = 0; i < kept; i++) mass += p[ranked[i]!]!;
  const wanted = topP * mass;
  let held = 0;
  let n = 0;
  while (n < kept && (n === 0 || held < wanted)) held += p[ranked[n++]!]!;
  return n;
}

/** How many of the first `kept` of `ranked` are at least minP times as probable as the first, which always is. */
export function keepMinP(p: Float64Array, ranked: Uint16Array, kept: number, minP: number): number {
  const least = minP * p[ranked[0]!]!;
  let n = kept;
  while (n > 1 && p[ranked[n - 1]!]! < least) n--;
  return n;
}

/** −Σ p ln p in nats, where 0 ln 0 is 0. */
export function entropy(p: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const value = p[i]!;
    if (value > 0) sum -= value * Math.log(value);
  }
  return sum;
}

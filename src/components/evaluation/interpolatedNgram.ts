import {countNgrams, type Followers, type NgramCounts} from "./ngram.js";

/** The n-grams of orders 1 … `order` over one text, each the next one's smoothing. */
export interface InterpolatedNgram {
  readonly order: number;
  /** [order][bucket]: λ by the length of the context and by ⌊2 log₂ (occurrences / distinct followers)⌋. */
  readonly weights: readonly (readonly number[])[];
  /** p of token i of a text, given the tokens before it, by the unigram, the bigram, … the n-gram: [order]. */
  probabilities(tokens: ArrayLike<number>, i: number): Float64Array;
}

/** Contexts of like certainty share a weight; the last bucket has all above. */
const BUCKETS = 32;
const ITERATIONS = 40;
/** The share of the training text, from its end, that the weights are fitted on. */
export const HELD_BACK = 0.1;

/**
 * N-grams with interpolated smoothing (Jelinek & Mercer 1980):
 * p(t | context) = λ · count(t) / N + (1 − λ) · p(t | the context less its first token), down to 1 / V, where λ
 * depends on how often the context occurred for each token that was seen to follow it (the buckets of Chen & Goodman
 * 1996). Order by order, the weights are fitted by expectation maximisation to the
 * last tenth of the training text with counts of the rest; then all of it is counted.
 * `onProgress` hears the tokens counted, of `countedTokens`. Throws RangeError for an order that is not a whole number from 1 and for fewer than 20 tokens.
 */
export function trainInterpolatedNgram(
  tokens: Uint16Array,
  {order, vocabSize}: {order: number; vocabSize: number},
  onProgress?: (tokens: number) => void
): InterpolatedNgram {
  if (tokens.length < 20)
    throw new RangeError(
      `The training text has ${tokens.length} tokens; n-grams need at least 20, a tenth of them to fit their weights on.`
    );
  const boundary = Math.floor(tokens.length * (1 - HELD_BACK));
  const rest = countNgrams(tokens.subarray(0, boundary), {order, vocabSize}, onProgress);
  const weights = fitWeights(rest, tokens, boundary);
  const counts = countNgrams(tokens, {order, vocabSize}, (n) => onProgress?.(boundary + n));
  onProgress?.(countedTokens(tokens.length));

  function probabilities(text: ArrayLike<number>, i: number): Float64Array {
    const p = new Float64Array(order);
    let below = 1 / vocabSize;
    for (let length = 0; length < order; length++) {
      const followers = counts.followers(text, i, length);
      if (followers) {
        const λ = weights[length]![bucketOf(followers)]!;
        below = (λ * (followers.counts.get(text[i]!) ?? 0)) / followers.total + (1 - λ) * below;
      }
      p[length] = below;
    }
    return p;
  }
  return {order, weights, probabilities};
}

/** How many tokens are counted in all for a text of that many: those that remain, and then all. */
export const countedTokens = (tokens: number): number => Math.floor(tokens * (1 - HELD_BACK)) + tokens;

const bucketOf = ({total, counts}: Followers): number =>
  Math.min(BUCKETS - 1, Math.floor(2 * Math.log2(total / counts.size)));

/** λ of each level, fitted to tokens `from` … of the text while the levels below stay as they are. */
function fitWeights(counts: NgramCounts, tokens: Uint16Array, from: number): number[][] {
  const below = new Float64Array(tokens.length - from).fill(1 / counts.vocabSize);
  const frequency = new Float64Array(below.length);
  const bucket = new Int8Array(below.length);
  return Array.from({length: counts.order}, (_, length) => {
    for (let j = 0; j < below.length; j++) {
      const followers = counts.followers(tokens, from + j, length);
      bucket[j] = followers ? bucketOf(followers) : -1;
      frequency[j] = followers ? (followers.counts.get(tokens[from + j]!) ?? 0) / followers.total : 0;
    }
    const λ = maximise(frequency, below, bucket);
    for (let j = 0; j < below.length; j++)
      if (bucket[j]! >= 0) {
        const weight = λ[bucket[j]!]!;
        below[j] = weight * frequency[j]! + (1 - weight) * below[j]!;
      }
    return λ;
  });
}

/**
 * Expectation maximisation for one weight in each bucket: λ becomes the mean share that the frequency has in the
 * mixture. Two tokens that never were, one of each kind, keep it off 0 and 1, where a token could become impossible.
 */
function maximise(frequency: Float64Array, below: Float64Array, bucket: Int8Array): number[] {
  const λ = new Array<number>(BUCKETS).fill(0.5);
  const count = new Array<number>(BUCKETS).fill(0);
  for (const b of bucket) if (b >= 0) count[b]!++;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const share = new Array<number>(BUCKETS).fill(0);
    for (let j = 0; j < below.length; j++) {
      const b = bucket[j]!;
      if (b < 0) continue;
      const high = λ[b]! * frequency[j]!;
      share[b]! += high / (high + (1 - λ[b]!) * below[j]!);
    }
    for (let b = 0; b < BUCKETS; b++) λ[b] = (share[b]! + 1) / (count[b]! + 2);
  }
  // A bucket that the fitted piece never met has the weight of the next smaller one.
  for (let b = 1; b < BUCKETS; b++) if (count[b] === 0) λ[b] = λ[b - 1]!;
  return λ;
}

/** The sums of −ln p over tokens from … end − 1 of a text, for each order, in nats; 0 where there is nothing to sum. */
export function ngramNats(
  model: InterpolatedNgram,
  tokens: Uint16Array,
  {from = 1, end = tokens.length}: {from?: number; end?: number} = {}
): number[] {
  const sums = new Array<number>(model.order).fill(0);
  for (let i = from; i < end; i++)
    model.probabilities(tokens, i).forEach((p, k) => {
      sums[k]! -= Math.log(p);
    });
  return sums;
}

import {createRandom} from "../../random.js";
import {softmaxRow} from "./attentionSteps.js";

/** Queries and keys of independent normal numbers, with mean 0 and variance 1, as wide as is asked for. */
export interface RandomPairs {
  draws: number;
  keys: number;
  /** Number d of every query, [draws], and of every key, [draws, keys]. */
  numbers(d: number): {q: Float32Array; k: Float32Array};
}

/** The same numbers for the same seed; those that no width has needed yet are not drawn. */
export function randomPairs(draws: number, keys: number, seed: number): RandomPairs {
  const random = createRandom(seed);
  const drawn: {q: Float32Array; k: Float32Array}[] = [];
  const normals = (count: number) => {
    const numbers = new Float32Array(count);
    for (let i = 0; i < count; i++) numbers[i] = random.normal();
    return numbers;
  };
  return {
    draws,
    keys,
    numbers: (d) => {
      while (drawn.length <= d) drawn.push({q: normals(draws), k: normals(draws * keys)});
      return drawn[d]!;
    }
  };
}

export interface Saturation {
  /** [draws]: the largest of a query's weights. */
  largest: Float64Array;
  /** The standard deviation of all scores. */
  spread: number;
  /** The mean over queries of Σ w(1 − w), the slopes of a query's weights by their own scores; near 0 nothing learns. */
  slope: number;
}

/** Attention of every query to its keys, of which the first D numbers are used; scores divided by √D or as they are. */
export function saturation({draws, keys, numbers}: RandomPairs, D: number, scale: boolean): Saturation {
  const all = new Float64Array(draws * keys);
  for (let d = 0; d < D; d++) {
    const {q, k} = numbers(d);
    for (let at = 0; at < all.length; at++) all[at]! += q[Math.floor(at / keys)]! * k[at]!;
  }
  const largest = new Float64Array(draws);
  let squares = 0;
  let slope = 0;
  for (let i = 0; i < draws; i++) {
    const scores = all.subarray(i * keys, (i + 1) * keys).map((score) => score / (scale ? Math.sqrt(D) : 1));
    for (const score of scores) squares += score * score;
    const {weights} = softmaxRow(scores);
    largest[i] = Math.max(...weights);
    for (const w of weights) slope += (w * (1 - w)) / draws;
  }
  return {largest, spread: Math.sqrt(squares / (draws * keys)), slope};
}

/** How many of `values` in [0, 1] lie in each of `bins` equal parts; 1 belongs to the last. */
export function histogram(values: Float64Array, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(value * bins))]! += 1;
  return counts;
}

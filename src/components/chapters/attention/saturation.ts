import {createRandom} from "../../random.js";
import {dot, softmaxRow} from "./attentionSteps.js";

/** Queries and keys of independent normal numbers, with mean 0 and variance 1, of any width up to `widest`. */
export interface RandomPairs {
  draws: number;
  keys: number;
  widest: number;
  /** [draws, widest] */
  q: Float32Array;
  /** [draws, keys, widest] */
  k: Float32Array;
}

export function randomPairs(draws: number, keys: number, widest: number, seed: number): RandomPairs {
  const random = createRandom(seed);
  const normals = (count: number) => Float32Array.from({length: count}, () => random.normal());
  return {draws, keys, widest, q: normals(draws * widest), k: normals(draws * keys * widest)};
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
export function saturation({draws, keys, widest, q, k}: RandomPairs, D: number, scale: boolean): Saturation {
  const largest = new Float64Array(draws);
  let squares = 0;
  let slope = 0;
  const scores = new Float64Array(keys);
  for (let i = 0; i < draws; i++) {
    for (let j = 0; j < keys; j++) {
      const score = dot(q, i * widest, k, (i * keys + j) * widest, D) / (scale ? Math.sqrt(D) : 1);
      scores[j] = score;
      squares += score * score;
    }
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

import type {BatchShape} from "../../corpus/batches.js";
import type {Random} from "../../random.js";

/** Where the windows of `sampleBatch` begin, given a generator in the same state. */
export function windowStarts(length: number, {batchSize, blockSize}: BatchShape, random: Random): number[] {
  return Array.from({length: batchSize}, () => random.integer(length - blockSize));
}

/** How many windows of T tokens read each token of a text. */
export function coverage(length: number, starts: readonly number[], blockSize: number): number[] {
  const times = new Array<number>(length).fill(0);
  for (const start of starts) for (let i = start; i < start + blockSize; i++) times[i]! += 1;
  return times;
}

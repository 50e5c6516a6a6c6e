import {createRandom, type Random} from "../random.js";

/** Rows of one length: all are [B, T], row-major; each target is the token after its input. */
export interface Batch {
  inputs: Int32Array;
  /** −1 where there is nothing to predict: the loss ignores it. */
  targets: Int32Array;
  /** 1 where a row is filled up, which attention must not look at; absent for windows, which are full. */
  padding?: Uint8Array;
}

/** Places that have something to predict: padding has not. */
export const targetCount = ({targets}: Batch): number =>
  targets.reduce((count, target) => (target >= 0 ? count + 1 : count), 0);

export interface BatchShape {
  /** B, windows in a batch. */
  batchSize: number;
  /** T, tokens in a window. */
  blockSize: number;
}

/**
 * B windows of T tokens whose starts are drawn uniformly from all that fit.
 * Throws RangeError when the tokens are fewer than T + 1.
 */
export function sampleBatch(tokens: Uint16Array, {batchSize, blockSize}: BatchShape, random: Random): Batch {
  checkLength(tokens, blockSize);
  const inputs = new Int32Array(batchSize * blockSize);
  const targets = new Int32Array(batchSize * blockSize);
  for (let b = 0; b < batchSize; b++) {
    const start = random.integer(tokens.length - blockSize);
    inputs.set(tokens.subarray(start, start + blockSize), b * blockSize);
    targets.set(tokens.subarray(start + 1, start + 1 + blockSize), b * blockSize);
  }
  return {inputs, targets};
}

/** The same windows each time it is asked, so that two estimates of a validation loss can be compared. */
export function fixedWindows(
  tokens: Uint16Array,
  {batches, seed, ...shape}: BatchShape & {batches: number; seed: number}
): Batch[] {
  const random = createRandom(seed);
  return Array.from({length: batches}, () => sampleBatch(tokens, shape, random));
}

/**
 * Windows side by side that predict every token but the first exactly once. All hold T tokens but the last,
 * which holds what remains. Throws RangeError when there are fewer than two tokens.
 */
export function disjointWindows(tokens: Uint16Array, blockSize: number): Batch[] {
  if (tokens.length < 2)
    throw new RangeError(
      `The text has ${tokens.length} tokens; at least 2 are needed to predict one from another.`
    );
  const windows: Batch[] = [];
  for (let start = 0; start + 1 < tokens.length; start += blockSize) {
    const end = Math.min(start + blockSize, tokens.length - 1);
    windows.push({
      inputs: Int32Array.from(tokens.subarray(start, end)),
      targets: Int32Array.from(tokens.subarray(start + 1, end + 1))
    });
  }
  return windows;
}

function checkLength(tokens: Uint16Array, blockSize: number): void {
  if (tokens.length < blockSize + 1)
    throw new RangeError(
      `This part of the text has ${tokens.length} tokens, but a window of ${blockSize} needs ${blockSize + 1}: ` +
        `use a longer text or a shorter context.`
    );
}

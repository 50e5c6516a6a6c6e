import type {LanguageModel} from "../inference/languageModel.js";
import type {ModelConfig} from "../model/config.js";
import {checkStride, type StridedWindow, stridedWindows} from "./stridedWindows.js";

/** What a model said before it saw one token of a text. The arrays are valid during the call only. */
export interface Prediction {
  /** Which token of the text. */
  index: number;
  /** What stands there. */
  id: number;
  /** How many tokens the model saw before it, 1 … blockSize. */
  seen: number;
  /** False where an earlier window has predicted the same token: each counts once. */
  counts: boolean;
  /** Whether the window is one of the disjoint ones, which begin at multiples of the context. */
  disjoint: boolean;
  /** −ln p of what stands there. */
  nats: number;
  /** [V], the model's own distribution. */
  probabilities: Float64Array;
  /** ln p of a token; finite even where p is too small for a float64. */
  logProbability(id: number): number;
}

export interface PredictionOptions {
  /** By how many tokens the window moves on, 1 … blockSize. */
  stride: number;
  /** Windows scored in one pass where the model can. */
  batchSize?: number;
  signal?: AbortSignal;
  /** How many tokens of how many are predicted. */
  onProgress?: (done: number, total: number) => void;
  /** Lets whoever shares the thread go first; called before it was held for longer than `SLICE`. */
  yieldToOthers?: () => Promise<unknown>;
}

const BATCH = 4;
/** Scores of one pass: 128 MiB of float32, unless one window has more. */
const MOST_SCORES = 2 ** 25;
/** How long the thread is held without a pause, in milliseconds. */
const SLICE = 8;

/**
 * Lets a model predict every token of a text but the first, in windows that move on by `stride`, and hands each
 * prediction to `visit`, window by window. Predictions that an earlier window has made are handed over too, marked:
 * they tell how the loss falls with what is seen.
 * Rejects with RangeError for an impossible stride, a text of fewer than two tokens and scores that are not finite,
 * and with the signal's reason when it aborts; what was visited before stays visited.
 */
export async function predictText(
  model: LanguageModel,
  ids: Uint16Array,
  visit: (prediction: Prediction) => void,
  {
    stride,
    batchSize = BATCH,
    signal,
    onProgress,
    yieldToOthers = () => new Promise((resolve) => setTimeout(resolve))
  }: PredictionOptions
): Promise<void> {
  const {blockSize, vocabSize: V} = model.config;
  checkStride(stride, blockSize);
  const windows = stridedWindows(ids.length, {blockSize, stride});
  const most = model.scores ? windowsAtOnce(model.config, batchSize) : 1;
  const probabilities = new Float64Array(V);
  let since = performance.now();
  for (let first = 0; first < windows.length; ) {
    signal?.throwIfAborted();
    const group = equalWindows(windows, first, most);
    first += group.length;
    const length = group[0]!.end - group[0]!.start;
    const logits = await score(model, ids, group, signal);
    since = performance.now();
    for (const [b, window] of group.entries()) {
      const disjoint = window.start % blockSize === 0;
      for (let t = 0; t < length; t++) {
        const index = window.start + t + 1;
        const row = logits.subarray((b * length + t) * V, (b * length + t + 1) * V);
        const normaliser = softmax(row, probabilities, index);
        const id = ids[index]!;
        const logProbability = (other: number) => row[other]! - normaliser;
        const nats = normaliser - row[id]!;
        const counts = index >= window.from;
        visit({index, id, seen: t + 1, counts, disjoint, nats, probabilities, logProbability});
        if (performance.now() - since > SLICE) {
          await yieldToOthers();
          signal?.throwIfAborted();
          since = performance.now();
        }
      }
    }
    onProgress?.(group.at(-1)!.end, ids.length - 1);
  }
}

/** How many windows are scored in one pass: as many as are wanted, but of a wide vocabulary's only those that memory holds. */
export const windowsAtOnce = (
  {blockSize, vocabSize}: Pick<ModelConfig, "blockSize" | "vocabSize">,
  wanted: number
): number => Math.max(1, Math.min(wanted, Math.floor(MOST_SCORES / (blockSize * vocabSize))));

/** The windows from `first` on that can be scored together: at most `most`, all of one length. */
function equalWindows(windows: readonly StridedWindow[], first: number, most: number): StridedWindow[] {
  const {start, end} = windows[first]!;
  let next = first + 1;
  while (next < windows.length && next < first + most) {
    const window = windows[next]!;
    if (window.end - window.start !== end - start) break;
    next++;
  }
  return windows.slice(first, next);
}

/** [B, T, V]: the scores of windows of one length. */
async function score(
  model: LanguageModel,
  ids: Uint16Array,
  windows: readonly StridedWindow[],
  signal?: AbortSignal
): Promise<Float32Array> {
  const options = signal ? {signal} : {};
  if (windows.length > 1 && model.scores) {
    const length = windows[0]!.end - windows[0]!.start;
    const batch = new Uint16Array(windows.length * length);
    windows.forEach(({start, end}, b) => {
      batch.set(ids.subarray(start, end), b * length);
    });
    return model.scores(batch, windows.length, options);
  }
  const [{start, end}] = windows as [StridedWindow];
  return (await model.trace(ids.subarray(start, end), options)).logits;
}

/** Writes the distribution to `p`; returns ln Σ exp(score), by which ln p = score − that. */
function softmax(row: Float32Array, p: Float64Array, index: number): number {
  let max = Number.NEGATIVE_INFINITY;
  let sound = true;
  for (let id = 0; id < p.length; id++) {
    const x = row[id]!;
    if (!Number.isFinite(x)) sound = false;
    if (x > max) max = x;
  }
  if (!sound)
    throw new RangeError(
      `A score for token ${index} of the text is not a finite number: the model is damaged or its training diverged.`
    );
  let sum = 0;
  for (let id = 0; id < p.length; id++) sum += p[id] = Math.exp(row[id]! - max);
  for (let id = 0; id < p.length; id++) p[id]! /= sum;
  return max + Math.log(sum);
}

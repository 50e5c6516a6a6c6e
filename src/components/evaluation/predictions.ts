import type {LanguageModel} from "../inference/languageModel.js";
import type {ModelConfig} from "../model/config.js";
import type {CalibratedPlace} from "./calibration.js";
import {outcomeAt} from "./outcomes.js";
import {rowSoftmax} from "./rowSoftmax.js";
import {checkStride, type StridedWindow, stridedWindows} from "./stridedWindows.js";

/** What a model said before it saw one token of a text. */
interface PredictedToken {
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
}

/** The same with all that it said. The arrays are valid during the call only. */
export interface Prediction extends PredictedToken {
  /** [V], the model's own distribution. */
  probabilities: Float64Array;
  /** ln p of a token; finite even where p is too small for a float64. */
  logProbability(id: number): number;
}

/** The same where the distribution stays with the model. */
export interface Outcome extends PredictedToken {
  place: CalibratedPlace;
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
  const {vocabSize: V} = model.config;
  const most = model.scores ? windowsAtOnce(model.config, batchSize) : 1;
  const probabilities = new Float64Array(V);
  let since = performance.now();
  for (const group of windowGroups(model, ids, stride, most)) {
    signal?.throwIfAborted();
    const length = group[0]!.end - group[0]!.start;
    const logits = await score(model, ids, group, signal);
    since = performance.now();
    for (const [b, window] of group.entries()) {
      for (let t = 0; t < length; t++) {
        const token = tokenAt(model, ids, window, t);
        const {index, id} = token;
        const row = logits.subarray((b * length + t) * V, (b * length + t + 1) * V);
        const normaliser = rowSoftmax(row, probabilities, index);
        const logProbability = (other: number) => row[other]! - normaliser;
        const nats = normaliser - row[id]!;
        visit({...token, nats, probabilities, logProbability});
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

/**
 * The same for a model that sums its distributions up itself (`LanguageModel.outcomes`): of a wide vocabulary they are too
 * many to be sent, and going through them takes a page's thread too long. Rejects as `predictText` does.
 */
export async function predictOutcomes(
  model: Pick<LanguageModel, "config"> & Required<Pick<LanguageModel, "outcomes">>,
  ids: Uint16Array,
  visit: (outcome: Outcome) => void,
  {stride, batchSize = BATCH, signal, onProgress}: PredictionOptions
): Promise<void> {
  for (const group of windowGroups(model, ids, stride, windowsAtOnce(model.config, batchSize))) {
    signal?.throwIfAborted();
    const length = group[0]!.end - group[0]!.start;
    const starts = Uint32Array.from(group, ({start}) => start);
    const [read, targets] = [0, 1].map((shift) =>
      Uint16Array.from({length: group.length * length}, (_, i) => {
        return ids[starts[Math.floor(i / length)]! + (i % length) + shift]!;
      })
    ) as [Uint16Array, Uint16Array];
    const outcomes = await model.outcomes({ids: read, targets, starts}, signal ? {signal} : {});
    for (const [b, window] of group.entries())
      for (let t = 0; t < length; t++) {
        const {nats, ...place} = outcomeAt(outcomes, b * length + t);
        visit({...tokenAt(model, ids, window, t), nats, place});
      }
    onProgress?.(group.at(-1)!.end, ids.length - 1);
  }
}

/** The windows over a text, in groups that are scored together. */
function* windowGroups(
  {config: {blockSize}}: Pick<LanguageModel, "config">,
  ids: Uint16Array,
  stride: number,
  most: number
): Generator<StridedWindow[]> {
  checkStride(stride, blockSize);
  const windows = stridedWindows(ids.length, {blockSize, stride});
  for (let first = 0; first < windows.length; ) {
    const group = equalWindows(windows, first, most);
    first += group.length;
    yield group;
  }
}

/** What is known of the token after place `t` of a window before the model has said anything. */
const tokenAt = (
  {config: {blockSize}}: Pick<LanguageModel, "config">,
  ids: Uint16Array,
  {start, from}: StridedWindow,
  t: number
): Omit<PredictedToken, "nats"> => ({
  index: start + t + 1,
  id: ids[start + t + 1]!,
  seen: t + 1,
  counts: start + t + 1 >= from,
  disjoint: start % blockSize === 0
});

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

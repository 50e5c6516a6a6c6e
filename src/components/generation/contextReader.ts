import type {Decoding, TextModel} from "../inference/languageModel.js";
import {windowStart} from "./window.js";

/**
 * Asks a model for the token after a text that grows, through the window of `windowStart`. A model that can decode
 * reads each token once, and the window anew only when it moves; any other is asked for the whole window each time.
 */
export class ContextReader {
  private decoding: Decoding | null = null;
  /** The part of the text that `decoding` has read. */
  private start = 0;
  private end = 0;

  constructor(private readonly model: TextModel) {}

  /** [V]: the scores of the token after `ids`, which goes on from the `ids` before. Rejects with the signal's reason. */
  async next(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    const {model} = this;
    const start = windowStart(ids.length, model.config.blockSize);
    if (!model.decoding) return nextLogits(model, ids, signal);
    signal?.throwIfAborted();
    if (!this.decoding || start !== this.start) {
      this.decoding?.dispose();
      this.decoding = model.decoding();
      this.start = this.end = start;
    }
    const scores = await this.decoding.read(ids.slice(this.end));
    this.end = ids.length;
    signal?.throwIfAborted();
    return scores;
  }

  dispose(): void {
    this.decoding?.dispose();
    this.decoding = null;
  }
}

/** [V]: the model's scores for the token after `ids`, of which it sees what the window holds. */
export async function nextLogits(
  model: TextModel,
  ids: ArrayLike<number>,
  signal?: AbortSignal
): Promise<Float32Array> {
  signal?.throwIfAborted();
  const window = Array.from(ids).slice(windowStart(ids.length, model.config.blockSize));
  const {logits} = await model.trace(window, signal ? {signal} : {});
  signal?.throwIfAborted();
  return logits.slice(-model.config.vocabSize);
}

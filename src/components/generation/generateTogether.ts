import type {Decoding, LanguageModel} from "../inference/languageModel.js";
import {lastScores} from "../inference/lastScores.js";
import {checkSamplingOptions, type SamplingOptions} from "./distribution.js";
import {checkPrompt, checkSettings, chooseToken} from "./generate.js";
import {windowStart} from "./window.js";

/** How one of several texts is written. */
export interface Writing {
  options: SamplingOptions;
  /** As for `generate`. */
  seed: number;
}

/** A model that reads several texts of one length in one pass. */
export type BatchModel = Required<Pick<LanguageModel, "config" | "scores">> & {
  /** Ids [batch, T] → scores [batch, V] of what follows; absent where it keeps nothing of what it has read. */
  decoding?(batch: number): Decoding;
};

/**
 * Continues one prompt in several ways at once, each as `generate` would by itself: yields the next token of every text,
 * `steps` times. To read one token of each of n texts together takes a fraction of n times as long as of one.
 * Throws RangeError for an empty prompt or impossible settings.
 */
export async function* generateTogether(
  model: BatchModel,
  prompt: ArrayLike<number>,
  {writings, steps}: {writings: readonly Writing[]; steps: number}
): AsyncGenerator<number[], void, void> {
  const {blockSize, vocabSize: V} = model.config;
  checkPrompt(prompt);
  for (const {options, seed} of writings) {
    checkSettings(seed, steps);
    checkSamplingOptions(options, V);
  }
  const texts = writings.map(() => Array.from(prompt));
  const from = (start: number) => texts.flatMap((text) => text.slice(start));
  let decoding: Decoding | undefined;
  let [first, read] = [-1, 0];

  /** [batch, V]: the scores of what follows each text. */
  async function next(position: number): Promise<Float32Array> {
    const start = windowStart(position, blockSize);
    if (!model.decoding) return lastScores(await model.scores(from(start), texts.length), texts.length, V);
    if (start !== first) {
      decoding?.dispose();
      decoding = model.decoding(texts.length);
      first = read = start;
    }
    const scores = await decoding!.read(from(read));
    read = position;
    return scores;
  }

  try {
    for (let position = prompt.length; position < prompt.length + steps; position++) {
      const scores = await next(position);
      const tokens = writings.map(({options, seed}, b) => {
        const {id} = chooseToken(scores.subarray(b * V, (b + 1) * V), options, seed, position);
        texts[b]!.push(id);
        return id;
      });
      yield tokens;
    }
  } finally {
    decoding?.dispose();
  }
}

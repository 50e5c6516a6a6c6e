import type {TextModel} from "../inference/languageModel.js";
import {ContextReader} from "./contextReader.js";
import {checkSamplingOptions, type Distribution, distribution, type SamplingOptions} from "./distribution.js";
import {rank} from "./rank.js";
import {drawAt, sampleToken} from "./sample.js";

export interface GeneratedToken {
  id: number;
  /** What it was drawn from. */
  distribution: Distribution;
  /** [V], the model's scores that the distribution was made of. */
  logits: Float32Array;
}

export interface GenerationSettings {
  options: SamplingOptions;
  /** A whole number; the same seed, prompt, options and model give the same text. */
  seed: number;
  /** How many tokens to generate. */
  steps: number;
  signal?: AbortSignal;
}

/**
 * Continues a prompt token by token. Every token has a random number of its own, given by the seed and its
 * position in the text (`drawAt`). A text longer than the context is seen through the window of `windowStart`.
 * Throws RangeError for an empty prompt or impossible settings, and the signal's reason when it aborts.
 */
export async function* generate(
  model: TextModel,
  prompt: ArrayLike<number>,
  {options, seed, steps, signal}: GenerationSettings
): AsyncGenerator<GeneratedToken, void, void> {
  checkPrompt(prompt);
  checkSettings(seed, steps);
  checkSamplingOptions(options, model.config.vocabSize);
  if (model.write) {
    let position = prompt.length;
    for await (const {logits, ranked} of model.write(prompt, {
      options,
      seed,
      steps,
      ...(signal && {signal})
    })) {
      signal?.throwIfAborted();
      yield chooseToken(logits, options, seed, position++, ranked);
    }
    return;
  }
  const ids = Array.from(prompt);
  const reader = new ContextReader(model);
  try {
    for (let i = 0; i < steps; i++) {
      const token = chooseToken(await reader.next(ids, signal), options, seed, ids.length);
      ids.push(token.id);
      yield token;
    }
  } finally {
    reader.dispose();
  }
}

/** The token at `position` given the scores for it; `ranked` is `rank(logits)`. */
export function chooseToken(
  logits: Float32Array,
  options: SamplingOptions,
  seed: number,
  position: number,
  ranked = rank(logits)
): GeneratedToken {
  const next = distribution(logits, options, ranked);
  return {id: sampleToken(next, drawAt(seed, position)), distribution: next, logits};
}

/** Throws RangeError when there is nothing to continue. */
export function checkPrompt(prompt: ArrayLike<number>): void {
  if (prompt.length === 0)
    throw new RangeError("The prompt is empty: give the model at least one character to continue from.");
}

export function checkSettings(seed: number, steps: number): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed is ${seed}; it must be a whole number.`);
  if (!Number.isInteger(steps) || steps < 0 || steps > 100_000)
    throw new RangeError(`The number of tokens is ${steps}; it must be a whole number from 0 to 100,000.`);
}

import type {TextModel} from "../inference/languageModel.js";
import {checkSamplingOptions, type SamplingOptions} from "./distribution.js";
import {checkPrompt, checkSettings, chooseToken, type GeneratedToken, generate} from "./generate.js";

/** The signal's reason of a run that `revise` or another `run` replaced. */
const replaced = () => new DOMException("A newer continuation took this one's place.", "AbortError");

/**
 * A prompt with its seeded continuation, which follows the sampling options. The scores of every token stay,
 * so that `revise` finds without the model which tokens other options would have kept: everything up to the
 * first that changes. It holds 6 · V bytes a token.
 */
export class Continuation {
  readonly prompt: readonly number[];
  readonly seed: number;
  readonly steps: number;
  readonly #model: TextModel;
  readonly #ids: number[] = [];
  readonly #scores: {logits: Float32Array; ranked: Uint16Array}[] = [];
  #options: SamplingOptions;
  #running: AbortController | null = null;

  /** Throws RangeError as `generate` does. Nothing runs yet. */
  constructor(
    model: TextModel,
    prompt: ArrayLike<number>,
    {options, seed, steps}: {options: SamplingOptions; seed: number; steps: number}
  ) {
    checkPrompt(prompt);
    checkSettings(seed, steps);
    checkSamplingOptions(options, model.config.vocabSize);
    this.#model = model;
    this.prompt = Array.from(prompt);
    this.seed = seed;
    this.steps = steps;
    this.#options = {...options};
  }

  get options(): SamplingOptions {
    return {...this.#options};
  }

  /** The tokens generated so far, prompt excluded. */
  get tokens(): readonly number[] {
    return this.#ids;
  }

  get done(): boolean {
    return this.#ids.length >= this.steps;
  }

  /** Generated token i with its distribution under the present options. Throws RangeError outside `tokens`. */
  at(i: number): GeneratedToken {
    const scores = this.#scores[i];
    if (!scores) throw new RangeError(`Token ${i} is not generated yet; there are ${this.#ids.length}.`);
    return this.#choose(scores.logits, i, scores.ranked);
  }

  /**
   * Generates what is missing, or the next `limit` tokens of it, token by token. Throws the signal's reason when it aborts, and an AbortError
   * when `revise` or another `run` comes between; what was generated stays.
   */
  async *run({
    signal,
    limit = Number.POSITIVE_INFINITY
  }: {
    signal?: AbortSignal;
    limit?: number;
  } = {}): AsyncGenerator<GeneratedToken, void, void> {
    this.#running?.abort(replaced());
    const running = new AbortController();
    this.#running = running;
    const stop = signal ? AbortSignal.any([signal, running.signal]) : running.signal;
    const steps = Math.min(limit, this.steps - this.#ids.length);
    const settings = {options: this.#options, seed: this.seed, steps, signal: stop};
    try {
      for await (const token of generate(this.#model, [...this.prompt, ...this.#ids], settings)) {
        this.#ids.push(token.id);
        this.#scores.push({logits: token.logits, ranked: token.distribution.ids});
        yield token;
        stop.throwIfAborted();
      }
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }

  /**
   * Takes other options and returns how many tokens stay the same. The first that changes is replaced at once,
   * since its scores are known; those after it are dropped, for `run` to generate. A run in progress ends.
   */
  revise(options: SamplingOptions): number {
    checkSamplingOptions(options, this.#model.config.vocabSize);
    this.#running?.abort(replaced());
    this.#options = {...options};
    for (let i = 0; i < this.#ids.length; i++) {
      const {id} = this.at(i);
      if (id === this.#ids[i]) continue;
      this.#ids[i] = id;
      this.#ids.length = i + 1;
      this.#scores.length = i + 1;
      return i;
    }
    return this.#ids.length;
  }

  #choose(logits: Float32Array, i: number, ranked: Uint16Array): GeneratedToken {
    return chooseToken(logits, this.#options, this.seed, this.prompt.length + i, ranked);
  }
}

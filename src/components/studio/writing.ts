import {messageOf} from "../errorMessage.js";
import {nextLogits} from "../generation/contextReader.js";
import {Continuation} from "../generation/continuation.js";
import {type Distribution, distribution, type SamplingOptions} from "../generation/distribution.js";
import {rank} from "../generation/rank.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {isAbort} from "./aborted.js";
import {knowingFirst} from "./knowingFirst.js";

/** A prompt, its continuation as far as it is written, and the distribution at one place of it. */
export interface WritingState {
  /** The prompt that everything here belongs to. */
  prompt: readonly number[];
  /** The continuation so far. */
  tokens: readonly number[];
  /** −log₂ p of each of `tokens` under the distribution that it was drawn from. */
  bits: readonly number[];
  /** How many tokens it is to have. */
  steps: number;
  /** The model is writing, or will when the options rest. */
  running: boolean;
  /** The reader has stopped it; what is missing waits for `resume`. */
  paused: boolean;
  /** Which token of the continuation is looked at; 0 is also the one about to be drawn. */
  selected: number;
  /** What token `selected` was, or will be, drawn from; null before the prompt is read. */
  shown: {distribution: Distribution; chosen: number | null} | null;
  /** A newer prompt is being read. */
  stale: boolean;
  problem: string | null;
}

export interface WritingOptions {
  options: SamplingOptions;
  seed: number;
  /** Tokens to write. */
  steps: number;
  /** How long other options must rest before the model writes on under them, in milliseconds. */
  rest?: number;
}

/**
 * How long the sampling options must rest before the model writes on, in milliseconds. While a slider moves, each of
 * its places would drop what the model wrote for the one before; the reader's hand has the machine instead.
 */
const REST = 120;

/**
 * Continues a prompt with one model, and keeps every score, so that other sampling options need no model until
 * the first token that changes. `changed` is told whenever `state` is another.
 */
export class Writing {
  readonly #model: LanguageModel;
  readonly #changed: () => void;
  readonly #steps: number;
  readonly #rest: number;
  #options: SamplingOptions;
  #seed: number;
  #prompt: readonly number[] = [];
  #scores: {logits: Float32Array; ranked: Uint16Array} | null = null;
  #continuation: Continuation | null = null;
  #bits: number[] = [];
  #selected = 0;
  #paused = false;
  #stale = false;
  #problem: string | null = null;
  #reading: AbortController | null = null;
  #running: AbortController | null = null;
  /** Until when the options rest, if the model is to write on then. */
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    model: LanguageModel,
    {options, seed, steps, rest = REST}: WritingOptions,
    changed: () => void
  ) {
    this.#model = model;
    this.#options = options;
    this.#seed = seed;
    this.#steps = steps;
    this.#rest = rest;
    this.#changed = changed;
  }

  get state(): WritingState {
    return {
      prompt: this.#prompt,
      tokens: [...(this.#continuation?.tokens ?? [])],
      bits: [...this.#bits],
      steps: this.#steps,
      running: this.#running !== null || this.#resting !== undefined,
      paused: this.#paused,
      selected: this.#selected,
      shown: this.#shown(),
      stale: this.#stale,
      problem: this.#problem
    };
  }

  /** Reads a prompt of at least one token and begins to continue it; what was before stays until it is read. */
  async begin(prompt: ArrayLike<number>): Promise<void> {
    this.#reading?.abort();
    this.#interrupt();
    const reading = new AbortController();
    this.#reading = reading;
    this.#stale = true;
    this.#problem = null;
    this.#changed();
    try {
      const logits = await nextLogits(this.#model, prompt, reading.signal);
      this.#prompt = Array.from(prompt);
      this.#scores = {logits, ranked: rank(logits)};
      this.#stale = false;
      this.#restart();
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    }
  }

  /** Other sampling options: everything that is known follows at once; what is missing is written when they rest. */
  revise(options: SamplingOptions): void {
    this.#options = options;
    const continuation = this.#continuation;
    if (!continuation) return;
    const same = continuation.revise(options);
    this.#bits = continuation.tokens.map((_, i) => this.#bitsAt(i));
    this.#selected = Math.min(this.#selected, same);
    this.#interrupt();
    if (!this.#paused && !continuation.done)
      this.#resting = setTimeout(() => {
        this.#resting = undefined;
        this.#goOn();
      }, this.#rest);
    this.#changed();
  }

  /** Another seed: another continuation of the same prompt. */
  reseed(seed: number): void {
    this.#seed = seed;
    if (this.#scores) this.#restart();
  }

  pause(): void {
    this.#paused = true;
    this.#interrupt();
    this.#changed();
  }

  resume(): void {
    this.#paused = false;
    this.#goOn();
  }

  /** Writes one token and pauses. */
  step(): void {
    this.#paused = true;
    void this.#run(1);
  }

  /** Drops the continuation and pauses. */
  clear(): void {
    this.#paused = true;
    this.#restart();
  }

  /** Looks at token i of the continuation, as far as it is written. */
  select(i: number): void {
    const last = Math.max(0, (this.#continuation?.tokens.length ?? 0) - 1);
    this.#selected = Math.max(0, Math.min(last, i));
    this.#changed();
  }

  dispose(): void {
    this.#reading?.abort();
    this.#interrupt();
  }

  /** Ends the run in progress, and the one that would begin when the options rest. */
  #interrupt(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#running?.abort();
    this.#running = null;
  }

  #restart(): void {
    this.#interrupt();
    this.#bits = [];
    this.#selected = 0;
    this.#continuation = new Continuation(knowingFirst(this.#model, this.#scores!.logits), this.#prompt, {
      options: this.#options,
      seed: this.#seed,
      steps: this.#steps
    });
    this.#goOn();
  }

  #goOn(): void {
    if (!this.#paused && !this.#continuation?.done) void this.#run(Number.POSITIVE_INFINITY);
    this.#changed();
  }

  async #run(limit: number): Promise<void> {
    const continuation = this.#continuation;
    if (!continuation || continuation.done) return;
    this.#interrupt();
    const running = new AbortController();
    this.#running = running;
    this.#problem = null;
    try {
      for await (const token of continuation.run({signal: running.signal, limit})) {
        if (this.#running !== running) return; // another run came between
        this.#bits.push(-Math.log2(token.distribution.probabilities[token.id]!));
        this.#changed();
      }
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    } finally {
      if (this.#running === running) this.#running = null;
      this.#changed();
    }
  }

  #bitsAt(i: number): number {
    const {id, distribution} = this.#continuation!.at(i);
    return -Math.log2(distribution.probabilities[id]!);
  }

  #shown(): WritingState["shown"] {
    const continuation = this.#continuation;
    if (!this.#scores || !continuation) return null;
    if (continuation.tokens.length === 0) {
      const {logits, ranked} = this.#scores;
      return {distribution: distribution(logits, this.#options, ranked), chosen: null};
    }
    const token = continuation.at(this.#selected);
    return {distribution: token.distribution, chosen: token.id};
  }

  #fail(error: unknown): void {
    this.#stale = false;
    this.#problem = `The continuation stopped: ${messageOf(error)}`;
    this.#changed();
  }
}

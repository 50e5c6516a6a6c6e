import {type GeneratedToken, generate} from "../generation/generate.js";
import {canCaptureDecoding} from "../model/capturedDecoder.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Report} from "./protocol.js";
import type {Trainer} from "./trainer.js";
import {trainerModel} from "./trainerModel.js";

/** A sample is begun at most this often, ms, and writing may take at most this share of the time. */
const INTERVAL = 10_000;
const SHARE = 0.05;
/** ms that training may wait for at a time: a screen's frame. */
const FRAME = 16;
const TOKENS = 160;
/** Tokens that are read in both ways: together, and the last by itself. */
const BOTH_WAYS = 8;
const OPTIONS = {temperature: 0.8, topK: 0, topP: 1};

type SampleReport = Extract<Report, {type: "sample"}>;

/** A text that is being written, a few tokens at a time. */
interface Writing {
  /** Updates done when it was begun, and when. */
  step: number;
  start: number;
  ids: number[];
  tokens: AsyncGenerator<GeneratedToken, void, void>;
  /** The next token, where it has been asked for. */
  next: Promise<IteratorResult<GeneratedToken, void>> | null;
}

/**
 * Lets the model in training write from time to time, so that a reader sees what it has learnt. Training goes on while
 * it writes: between steps it is given a frame's time for a few tokens, so that later tokens are by a model that has
 * learnt more.
 */
export class LiveSample {
  /** The tokens of the last text, its prompt included; null before there is one. */
  ids: readonly number[] | null = null;
  private due = 0;
  private seed = 1;
  private writing: Writing | null = null;

  constructor(
    private readonly trainer: Trainer,
    private readonly tokenizer: Tokenizer,
    private readonly prompt: Uint16Array,
    private readonly now: () => number
  ) {}

  /**
   * On WebGPU: compiles and records what writes, before there are steps that would wait for it; `onBegin` is called
   * first. Does nothing elsewhere, and where the configuration is read anew for each token.
   */
  async prepare(onBegin?: () => void): Promise<void> {
    const {trainer, prompt} = this;
    if (!canCaptureDecoding(trainer.config)) return;
    onBegin?.();
    const decoding = trainer.decoding();
    try {
      await decoding.read(new Array(Math.min(BOTH_WAYS, trainer.config.blockSize)).fill(prompt[0]));
    } finally {
      decoding.dispose();
    }
  }

  /** Whether there is something to write by now. */
  get isDue(): boolean {
    return this.now() >= this.due;
  }

  /**
   * Writes on for about a frame. A token that is not there by then is left to come while training goes on, so only an
   * engine that computes nothing beside this thread takes longer, one token's time. Returns the text when it is whole,
   * and before there has been a whole one, as far as it has come.
   */
  async visit(): Promise<SampleReport | null> {
    const start = this.now();
    this.writing ??= this.begin();
    const {writing} = this;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, FRAME, null);
    });
    const {length} = writing.ids;
    let report: SampleReport | null = null;
    do {
      writing.next ??= heard(writing.tokens.next());
      const result = await Promise.race([writing.next, over]);
      if (!result) break;
      writing.next = null;
      if (result.done) report = this.finish(writing);
      else writing.ids.push(result.value.id);
    } while (!report && this.now() - start < FRAME);
    clearTimeout(timer);
    const now = this.now();
    const cost = now - start;
    this.due = report ? Math.max(writing.start + INTERVAL, now + cost / SHARE) : now + cost / SHARE;
    if (report || this.ids || writing.ids.length === length) return report;
    return this.report(writing, false);
  }

  /** A whole text by the model of this moment; null when the signal aborts before it is done. */
  async draw(signal: AbortSignal, yieldToOthers: () => Promise<void>): Promise<SampleReport | null> {
    this.dispose();
    const writing = this.begin();
    for await (const {id} of writing.tokens) {
      writing.ids.push(id);
      await yieldToOthers();
      if (signal.aborted) return null;
    }
    this.due = this.now() + INTERVAL;
    return this.finish(writing);
  }

  /** Gives up the text that is being written. */
  dispose(): void {
    if (this.writing) heard(this.writing.tokens.return());
    this.writing = null;
  }

  private begin(): Writing {
    const {trainer, tokenizer, prompt} = this;
    const settings = {options: OPTIONS, seed: this.seed++, steps: TOKENS};
    return {
      step: trainer.step,
      start: this.now(),
      ids: [...prompt],
      tokens: generate(trainerModel(trainer, tokenizer), prompt, settings),
      next: null
    };
  }

  private finish(writing: Writing): SampleReport {
    this.writing = null;
    this.ids = writing.ids;
    return this.report(writing, true);
  }

  private report({step: begunAt, ids}: Writing, isWhole: boolean): SampleReport {
    return {type: "sample", begunAt, step: this.trainer.step, text: this.tokenizer.decode(ids), isWhole};
  }
}

/** A promise whose failure is met where it is awaited, maybe never: what it was of may be given up before. */
function heard<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

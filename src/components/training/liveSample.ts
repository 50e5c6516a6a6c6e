import {generate} from "../generation/generate.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Report} from "./protocol.js";
import type {Trainer} from "./trainer.js";
import {trainerModel} from "./trainerModel.js";

/** A sample is drawn at most this often, ms, and drawing may take at most this share of the time. */
const INTERVAL = 10_000;
const SHARE = 0.05;
const TOKENS = 160;
const OPTIONS = {temperature: 0.8, topK: 0, topP: 1};

/** Lets the model in training write from time to time, so that a reader sees what it has learnt. */
export class LiveSample {
  private due = 0;
  private seed = 1;

  constructor(
    private readonly trainer: Trainer,
    private readonly tokenizer: Tokenizer,
    private readonly prompt: Uint16Array,
    private readonly now: () => number
  ) {}

  get isDue(): boolean {
    return this.now() >= this.due;
  }

  /** What the model of this moment writes after the prompt; null when the signal aborts before it is done. */
  async draw(
    signal: AbortSignal,
    yieldToOthers: () => Promise<void>
  ): Promise<Extract<Report, {type: "sample"}> | null> {
    const {trainer, tokenizer, prompt} = this;
    const start = this.now();
    const {step} = trainer;
    const ids: number[] = [...prompt];
    const tokens = generate(trainerModel(trainer, tokenizer), prompt, {
      options: OPTIONS,
      seed: this.seed++,
      steps: TOKENS
    });
    for await (const {id} of tokens) {
      ids.push(id);
      await yieldToOthers();
      if (signal.aborted) break;
    }
    const cost = this.now() - start;
    this.due = this.now() + Math.max(INTERVAL, cost / SHARE);
    return signal.aborted ? null : {type: "sample", step, text: tokenizer.decode(ids)};
  }
}

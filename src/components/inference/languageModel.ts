import type {Outcomes, OutcomeWindows} from "../evaluation/outcomes.js";
import type {SamplingOptions} from "../generation/distribution.js";
import type {GenerationSettings} from "../generation/generate.js";
import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";

/** Every intermediate of one forward pass that the figures draw; the same shape whatever computed it. */
export interface Trace {
  /** The T token ids that went in. */
  ids: Uint16Array;
  /** [T, V], row-major: the scores of the token after each position. */
  logits: Float32Array;
  /**
   * [L, H, T, T], row-major: weights of query (row) on key (column), for the `attentionLayers` and `attentionHeads` of
   * the configuration; null unless asked for, and always where no layer attends.
   */
  attention: Float32Array | null;
}

/** A text being read by a model that keeps what it has computed, so that each further token is read alone. */
export interface Decoding {
  /** Reads on after what was read before, up to blockSize tokens in all; [V], the scores of the token that follows. */
  read(ids: ArrayLike<number>): Promise<Float32Array>;
  dispose(): void;
}

/** What a token that a model has written was drawn from. */
export interface WrittenToken {
  /** [V], the scores. */
  logits: Float32Array;
  /** [V]: `rank(logits)`. */
  ranked: Uint16Array;
}

/** The scores of a text that stay where its model runs. */
export interface KeptScores {
  /**
   * Reads a window, and keeps the scores of its last tokens' successors, which are `targets`: as many as there are of them.
   * Rejects as `trace` does.
   */
  read(ids: ArrayLike<number>, targets: ArrayLike<number>, options?: {signal?: AbortSignal}): Promise<void>;
  /** −ln p of all targets so far under these options; Infinity where they cut one to zero. Runs no model. */
  nats(options: SamplingOptions, asked?: {signal?: AbortSignal}): Promise<Float64Array>;
  dispose(): void;
}

/** A trained model that can be asked, wherever it runs. */
export interface LanguageModel {
  /** For people: "the model that ships with this site", "your model, step 1,200". */
  readonly label: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /**
   * One forward pass over 1 … blockSize tokens. Rejects with RangeError outside that, and with the signal's
   * reason (an AbortError) when `signal` aborts before it is done.
   */
  trace(ids: ArrayLike<number>, options?: {attention?: boolean; signal?: AbortSignal}): Promise<Trace>;
  /**
   * The scores of `batch` windows of one length in one pass: ids [batch, T], row-major → logits [batch, T, V]. Absent
   * where a model takes one window at a time. Rejects as `trace` does, and for ids that do not divide into `batch`.
   */
  scores?(ids: ArrayLike<number>, batch: number, options?: {signal?: AbortSignal}): Promise<Float32Array>;
  /** What is measured of the distributions after every place of some windows; absent where they must be asked for whole. */
  outcomes?(windows: OutcomeWindows, options?: {signal?: AbortSignal}): Promise<Outcomes>;
  /** Begins to keep the scores of a text; absent where they must be asked for. */
  keeping?(): KeptScores;
  /** Begins to read a text token by token; absent where a model can only be asked for whole windows. */
  decoding?(): Decoding;
  /**
   * Goes on with a text by itself, exactly as `generate` does, and tells of every token; `generate` uses it where it is
   * there. It may be ahead of whoever listens. Absent where a model must be asked for each token. Rejects as `generate`.
   */
  write?(prompt: ArrayLike<number>, settings: GenerationSettings): AsyncIterable<WrittenToken>;
  dispose(): void;
}

/** What a text is written with. */
export type TextModel = Pick<LanguageModel, "config" | "trace" | "decoding" | "write">;

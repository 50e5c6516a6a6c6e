import {shorten, unknownUnits} from "../corpus/unknownUnits.js";
import {messageOf} from "../errorMessage.js";
import {type CutText, cutText} from "../evaluation/cutText.js";
import {
  type KeptText,
  keepText,
  type Surprise,
  scoredTokenLimit,
  scoreText,
  surprise,
  type TextScores
} from "../evaluation/surprise.js";
import {PLAIN, type SamplingOptions} from "../generation/distribution.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {characterLength} from "../text/characterLength.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {formatCount, formatPlural, tokenName} from "../views/format.js";
import {unknownSentence} from "../views/unknownSentence.js";
import {isAbort} from "./aborted.js";

export interface MeasurementState {
  /** The tokens of the last passage that was measured, as they stand in it. */
  tokens: readonly string[];
  /** What else there is to say of each. */
  notes: readonly (string | null)[];
  /** Its characters (code points). */
  characters: number;
  /** Under the model's own distribution; null before the first passage is measured. */
  plain: Surprise | null;
  /** Under the tempered and truncated distribution. */
  tempered: Surprise | null;
  /** How far the model has read the present passage; null when it is done. */
  progress: {done: number; total: number} | null;
  /** `tempered` belongs to options of a moment ago. */
  stale: boolean;
  /** What of the passage is not measured. */
  remark: string | null;
  /** Why the present passage cannot be measured; what was measured before stays. */
  problem: string | null;
}

/**
 * Passages of up to this many scores (tokens × vocabulary) follow the options at once: the longest passage there
 * may be, in an alphabet of 65. Only a long passage in a larger alphabet waits until the options rest, and its scores stay
 * with the model where it keeps them, so that the page's thread need not go through them.
 */
const AT_ONCE = 1_300_000;
/** How long the options must rest then, in milliseconds. */
const REST = 120;

/** Measures how a passage surprises one model. `changed` is told whenever `state` is another. */
export class Measurement {
  readonly #model: LanguageModel;
  readonly #changed: () => void;
  #options: SamplingOptions;
  #scores: TextScores | null = null;
  /** Instead of `#scores`, where there are too many of them. */
  #kept: KeptText | null = null;
  /** What is being asked of `#kept`. */
  #asking: AbortController | null = null;
  #reading: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: MeasurementState = {
    tokens: [],
    notes: [],
    characters: 0,
    plain: null,
    tempered: null,
    progress: null,
    stale: false,
    remark: null,
    problem: null
  };

  constructor(model: LanguageModel, options: SamplingOptions, changed: () => void) {
    this.#model = model;
    this.#options = options;
    this.#changed = changed;
  }

  get state(): MeasurementState {
    return this.#state;
  }

  /** Runs the model over a passage. A passage that was being read is given up. */
  async measure(text: string): Promise<void> {
    this.#reading?.abort();
    const {tokenizer, config} = this.#model;
    const cut = cutText(text, tokenizer);
    const {ids, unknown, sources} = cut;
    const words = tokenizer.kind === "word-piece";
    const remark = unknownSentence("This model", unknownUnits([unknown]), words ? "word" : "character");
    const problem = passageProblem(ids.length, scoredTokenLimit(config.vocabSize), tokenizer);
    if (problem) {
      this.#set({problem, remark, progress: null});
      return;
    }
    const reading = new AbortController();
    this.#reading = reading;
    this.#set({problem: null, remark, progress: {done: 0, total: ids.length - 1}});
    try {
      const measured = await this.#read(cut, {
        signal: reading.signal,
        onProgress: (done, total) => this.#set({progress: {done, total}})
      });
      this.#set({
        tokens: cut.texts,
        notes: sources.map(
          (source) => source && `${words ? "in place of" : "part of"} ${tokenName(shorten(source))}`
        ),
        characters: characterLength(text),
        ...measured,
        progress: null,
        stale: false
      });
    } catch (error) {
      if (!isAbort(error))
        this.#set({problem: `The passage could not be measured: ${messageOf(error)}`, progress: null});
    }
  }

  /** Other sampling options: measured again from the scores, without the model. */
  revise(options: SamplingOptions): void {
    this.#options = options;
    if (!this.#scores && !this.#kept) return;
    clearTimeout(this.#timer);
    if (this.#scores && this.#scores.logits.length <= AT_ONCE) this.#again();
    else {
      this.#asking?.abort();
      this.#timer = setTimeout(() => (this.#kept ? void this.#ask(this.#kept) : this.#again()), REST);
      this.#set({stale: true});
    }
  }

  dispose(): void {
    this.#reading?.abort();
    this.#forget();
  }

  /** Lets the model read a passage, and takes its scores in place of those before. */
  async #read(
    cut: CutText,
    options: {signal: AbortSignal; onProgress: (done: number, total: number) => void}
  ): Promise<Required<Pick<MeasurementState, "plain" | "tempered">>> {
    const {config, tokenizer, keeping} = this.#model;
    if (!keeping || (cut.ids.length - 1) * config.vocabSize <= AT_ONCE) {
      const scores = await scoreText(this.#model, cut, options);
      this.#forget();
      this.#scores = scores;
      return {plain: surprise(scores), tempered: surprise(scores, this.#options)};
    }
    const kept = await keepText({config, tokenizer, keeping}, cut, options);
    try {
      const plain = await kept.surprise(PLAIN, options.signal);
      let [asked, tempered]: [SamplingOptions, Surprise] = [PLAIN, plain];
      while (!isSame(asked, this.#options)) {
        asked = this.#options;
        tempered = await kept.surprise(asked, options.signal);
      }
      this.#forget();
      this.#kept = kept;
      return {plain, tempered};
    } finally {
      if (this.#kept !== kept) kept.dispose();
    }
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#kept?.dispose();
    this.#kept = this.#scores = null;
  }

  #again(): void {
    this.#set({tempered: surprise(this.#scores!, this.#options), stale: false});
  }

  async #ask(kept: KeptText): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      this.#set({tempered: await kept.surprise(this.#options, asking.signal), stale: false});
    } catch (error) {
      if (!isAbort(error))
        this.#set({problem: `The passage could not be measured again: ${messageOf(error)}`});
    }
  }

  #set(patch: Partial<MeasurementState>): void {
    this.#state = {...this.#state, ...patch};
    this.#changed();
  }
}

const isSame = (a: SamplingOptions, b: SamplingOptions): boolean =>
  a.temperature === b.temperature &&
  (a.topK ?? 0) === (b.topK ?? 0) &&
  a.topP === b.topP &&
  (a.minP ?? 0) === (b.minP ?? 0);

function passageProblem(tokens: number, limit: number, {kind, unit}: Tokenizer): string | null {
  if (tokens === 0)
    return `There is nothing to measure yet: paste or write a passage of at least two ${
      kind === "character"
        ? "characters that the model knows"
        : kind === "word-piece"
          ? "words"
          : "characters"
    }.`;
  if (tokens === 1)
    return `One ${unit} is too little to measure: the first has nothing before it to be predicted from. Write ${unit === "character" ? "at least two" : "more"}.`;
  if (tokens > limit)
    return `The passage has ${formatPlural(tokens, unit)}; this model measures at most ${formatCount(limit)} at once. Give a shorter part of it.`;
  return null;
}

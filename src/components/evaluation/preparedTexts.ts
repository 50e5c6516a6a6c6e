import {storyDistributions} from "../corpus/storyDistributions.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {cutText} from "./cutText.js";
import type {HeldOutText} from "./heldOut.js";
import {
  countedTokens,
  type InterpolatedNgram,
  ngramNats,
  trainInterpolatedNgram
} from "./interpolatedNgram.js";
import {type Loss, lossOf} from "./loss.js";
import {reportText, type TextReport} from "./sampleReport.js";
import {LONGEST, type TextSource} from "./textSource.js";
import {classifyTokens} from "./tokenClasses.js";

export const LARGEST_ORDER = 5;

/** A text as a model's tokens, with the truth about each where a story grammar wrote it and what stands `before` it. */
export function prepareText(
  text: string,
  before: string,
  {tokenizer, stories}: {tokenizer: Tokenizer; stories: boolean}
): HeldOutText {
  const cut = cutText(text, tokenizer);
  return {
    ids: cut.ids,
    characters: cut.characters,
    classes: classifyTokens(cut),
    // The truth is of the text's characters: each must be a token.
    truth: stories && cut.unknown.length === 0 ? storyDistributions(text, before, tokenizer) : null
  };
}

/** The same text as one model's tokens, with all that is asked of it. Works for seconds: not for a page's own thread. */
export class PreparedTexts {
  readonly heldOut: HeldOutText;
  readonly #train: string;
  readonly #val: string;
  readonly #tokenizer: Tokenizer;
  #ngram: InterpolatedNgram | null = null;

  constructor({tokenizer: file, train, val, stories}: TextSource, tokenizer: Tokenizer) {
    const source = readTokenizer(file);
    this.#tokenizer = tokenizer;
    this.#train = source.decode(train.subarray(Math.max(0, train.length - LONGEST.train)));
    this.#val = source.decode(val.subarray(0, LONGEST.val));
    this.heldOut = prepareText(this.#val, this.#train, {tokenizer, stories});
  }

  /**
   * The loss of the n-grams of order 1 … `LARGEST_ORDER` on tokens 1 … `predicted` of the held-out text, counted over
   * the training text. Throws RangeError where that is too short.
   */
  baselines(predicted: number, onProgress?: (done: number, total: number) => void): Loss[] {
    const {ids, characters} = this.heldOut;
    this.#ngram ??= this.#trainNgram(onProgress);
    let length = 0;
    for (let i = 1; i <= predicted; i++) length += characters[i]!;
    const sums = ngramNats(this.#ngram, ids, {from: 1, end: predicted + 1});
    return sums.map((nats) => lossOf(nats, predicted, length));
  }

  #trainNgram(onProgress?: (done: number, total: number) => void): InterpolatedNgram {
    const {ids} = this.#tokenizer.encode(this.#train);
    const total = countedTokens(ids.length);
    const size = {order: LARGEST_ORDER, vocabSize: this.#tokenizer.vocabulary.length};
    return trainInterpolatedNgram(ids, size, (done) => onProgress?.(done, total));
  }

  /** A written text and a piece of the held-out text of the same length, both against the training text. */
  compare(sample: string): {sample: TextReport; heldOut: TextReport} {
    return {
      sample: reportText(sample, this.#train),
      heldOut: reportText(this.#val.slice(0, sample.length), this.#train)
    };
  }
}

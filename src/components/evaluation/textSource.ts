import type {TokenizerFile} from "../text/tokenizer.js";

/** A text in tokens: what a model learnt from, and what was held back. */
export interface TextSource {
  tokenizer: TokenizerFile;
  train: Uint16Array;
  val: Uint16Array;
  /** Whether the story grammar wrote it, so that the truth is known. */
  stories: boolean;
}

/** What is read at most, in tokens: n-grams and copies are of the last so many before the held-out text. */
export const LONGEST = {train: 2_000_000, val: 200_000};

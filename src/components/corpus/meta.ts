import type {TokenizerFile} from "../text/tokenizer.js";

/** What is known of a tokenised corpus, beside the tokens themselves. The site's `meta.json`. */
export interface CorpusMeta {
  version: 1;
  /** A short name for people, e.g. "story grammar" or "tinyshakespeare.txt". */
  name: string;
  /** Where the text came from: "built-in story grammar, seed 1", a path's base name, a URL. */
  source: string;
  /** What may be done with the text; for foreign text, a sentence saying that the publisher must know. */
  license: string;
  /** SHA-256 of the UTF-8 text, lower-case hexadecimal. */
  sha256: string;
  /** Fraction of the tokens, from the start, that is training text. */
  split: number;
  counts: {bytes: number; characters: number; tokens: number; train: number; val: number};
  /** The tokenizer, whose vocabulary size is V. */
  tokenizer: TokenizerFile;
  /**
   * The loss that no model can beat: the true source's mean −ln p per token (nats) over each split of this
   * very text, and its expectation; null where the source is unknown.
   */
  floor: {train: number; val: number} | null;
}

/** A corpus in memory, ready for batches. */
export interface Corpus {
  meta: CorpusMeta;
  train: Uint16Array;
  val: Uint16Array;
}

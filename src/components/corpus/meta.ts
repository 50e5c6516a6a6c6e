import type {TokenizerFile} from "../text/tokenizer.js";

/** What is known of a tokenised corpus, beside the tokens themselves. The site's `meta.json`. */
export interface CorpusMeta {
  version: 2;
  /** A short name for people, e.g. "story grammar" or "tinyshakespeare.txt". */
  name: string;
  /** Where the text came from: "built-in story grammar, seed 1", a path's base name, a URL. */
  source: string;
  /** What may be done with the text; for foreign text, a sentence saying that the publisher must know. */
  license: string;
  /** SHA-256 of the UTF-8 text, lower-case hexadecimal. */
  sha256: string;
  /** Fraction of the characters, from the start, that is training text. */
  split: number;
  counts: CorpusCounts;
  /** The tokenizer, whose vocabulary size is V. */
  tokenizer: TokenizerFile;
  /** What of the text the tokenizer does not know. */
  unknown: UnknownUnits;
  /**
   * The loss that no model can beat: the true source's mean −ln p per token (nats) over each split of this
   * very text, and its expectation; null where the source is unknown. `floorPerToken`
   * makes it.
   */
  floor: {train: number; val: number} | null;
}

/** Bytes of UTF-8; characters (code points) and tokens, of the whole text and of its two parts. */
export interface CorpusCounts {
  bytes: number;
  characters: number;
  tokens: number;
  /** Tokens of each part. */
  train: number;
  val: number;
  trainCharacters: number;
  valCharacters: number;
}

/** Characters (words, for WordPiece) that a vocabulary lacks. */
export interface UnknownUnits {
  /** How often any of them occurs. */
  total: number;
  /** How many different ones there are. */
  kinds: number;
  /** The most frequent ones, at most 20, each cut after 40 characters. */
  list: {text: string; count: number}[];
}

/** A corpus in memory, ready for batches. */
export interface Corpus {
  meta: CorpusMeta;
  train: Uint16Array;
  val: Uint16Array;
}

/**
 * The mean length of a token, in characters. Nats a token, divided by it and by ln 2, are bits a character, which
 * compare across tokenizers.
 */
export function charactersPerToken({counts}: Pick<CorpusMeta, "counts">, part: "train" | "val"): number {
  return counts[`${part}Characters`] / counts[part];
}

/**
 * The loss floor, nats a token, of a text whose true −ln p over each part is known: tokens that determine the text
 * are as probable as the text is, so its nats spread over them. Null where something is unknown to the tokenizer,
 * because many texts then have the same tokens and a model may do better. (White space, which WordPiece leaves out
 * too, is no such thing in the story grammar: there the words determine it.)
 */
export function floorPerToken(
  nats: {train: number; val: number},
  {counts, unknown}: Pick<CorpusMeta, "counts" | "unknown">
): CorpusMeta["floor"] {
  return unknown.total > 0 ? null : {train: nats.train / counts.train, val: nats.val / counts.val};
}

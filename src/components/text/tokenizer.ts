/** A character of a text that the vocabulary lacks: reported, never dropped in silence. */
export interface UnknownCharacter {
  /** The character, or for WordPiece the word. */
  character: string;
  count: number;
  /** Where it first stands, in UTF-16 code units of the text. */
  index: number;
}

export interface Encoding {
  /**
   * One token id a known unit of the text. What is unknown is listed in `unknown` and left out; WordPiece,
   * which does not know whole words, puts its `[UNK]` in their place.
   */
  ids: Uint16Array;
  unknown: UnknownCharacter[];
}

export type TokenUnit = "character" | "token";

/**
 * Text ↔ token ids. The object made when the corpus is built is the one that the pages, the trainer, the
 * exporter and the command line use.
 */
export interface Tokenizer {
  readonly kind: "character" | "byte-pair" | "word-piece";
  /** What one of its tokens is called in a sentence. */
  readonly unit: TokenUnit;
  /** The text of every token; a token's id is its index. V = vocabulary.length ≤ 65,536. */
  readonly vocabulary: readonly string[];
  /** The token that fills a batch's rows up, where there is one: `encode` never yields it. */
  readonly paddingId?: number;
  encode(text: string): Encoding;
  /** Leaves padding out. Throws RangeError when an id is outside the vocabulary. */
  decode(ids: Iterable<number>): string;
  /**
   * Where each token of `encode(text).ids` starts, in UTF-16 code units of the text. Tokens that are parts of
   * one character start where it does.
   */
  boundaries(text: string): Uint32Array;
  /** The file form: Hugging Face `tokenizer.json`. */
  toJSON(): TokenizerFile;
}

/**
 * The part of Hugging Face's `tokenizer.json` that we write and read: BPE without merges, Fuse and no
 * pre-tokenizer for characters; BPE, ByteLevel and ByteLevel for byte pairs; WordPiece, WordPiece and
 * BertPreTokenizer for word pieces.
 */
export interface TokenizerFile {
  version: "1.0";
  model: {type: "BPE" | "WordPiece"; vocab: Record<string, number>; [other: string]: unknown};
  pre_tokenizer: {type: "ByteLevel" | "BertPreTokenizer"; [other: string]: unknown} | null;
  decoder: {type: "Fuse" | "ByteLevel" | "WordPiece"; [other: string]: unknown};
  [other: string]: unknown;
}

/** The `unit` of the tokenizer in a file, without reading its vocabulary. */
export const unitOf = ({decoder}: Pick<TokenizerFile, "decoder">): TokenUnit =>
  decoder.type === "Fuse" ? "character" : "token";

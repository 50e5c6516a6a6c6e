/** Characters of a text that the vocabulary lacks: reported, never dropped in silence. */
export interface UnknownCharacter {
  character: string;
  count: number;
  /** Where it first stands, in UTF-16 code units of the text. */
  index: number;
}

export interface Encoding {
  /** One token id a known unit of the text; unknown characters are left out and listed in `unknown`. */
  ids: Uint16Array;
  unknown: UnknownCharacter[];
}

/**
 * Text ↔ token ids. The object made when the corpus is built is the one that the pages, the trainer, the
 * exporter and the command line use.
 */
export interface Tokenizer {
  readonly kind: "character";
  /** The text of every token; a token's id is its index. V = vocabulary.length ≤ 65,536. */
  readonly vocabulary: readonly string[];
  encode(text: string): Encoding;
  /** Throws RangeError when an id is outside the vocabulary. */
  decode(ids: Iterable<number>): string;
  /** The file form: Hugging Face `tokenizer.json`. */
  toJSON(): TokenizerFile;
}

/** The part of Hugging Face's `tokenizer.json` that we write and read. */
export interface TokenizerFile {
  version: "1.0";
  model: {type: "BPE"; vocab: Record<string, number>; merges: string[]; unk_token: null};
  pre_tokenizer: null;
  decoder: {type: "Fuse"};
  [other: string]: unknown;
}

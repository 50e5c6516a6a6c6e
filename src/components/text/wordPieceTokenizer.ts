import {inShort} from "../errorMessage.js";
import {specialToken} from "./addedToken.js";
import {forEachBertWord} from "./bertWords.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import type {Encoding, Tokenizer, TokenizerFile, UnknownCharacter} from "./tokenizer.js";

/** What marks a piece that continues a word. */
export const CONTINUING = "##";
/** The token, always 0, of a word that the pieces cannot spell. */
export const UNKNOWN = "[UNK]";
/** Longer words are unknown, as in BERT: looking for pieces takes quadratic time in the length of a word. */
export const MAX_WORD_CHARACTERS = 100;

/** Whether pieces are looked for in a word: it has at most 100 characters and none is half a surrogate pair. */
export function isWordPieceWord(word: string): boolean {
  if (word.length > 2 * MAX_WORD_CHARACTERS || /\p{Surrogate}/u.test(word)) return false;
  return word.length <= MAX_WORD_CHARACTERS || [...word].length <= MAX_WORD_CHARACTERS;
}

/**
 * The WordPiece tokenizer (BERT's, cased) with these pieces: token 0 is `[UNK]`, token 1 + i is `pieces[i]`, and
 * the padding token, if any, comes last. From the start of each word it takes the longest piece that fits, again
 * and again; where none does, the whole word becomes one `[UNK]` and is reported in `unknown`, as a word. White
 * space is not kept: `decode` puts one space before each piece that does not begin with `##` and leaves padding
 * out. Throws RangeError when there are no pieces or more than 65,536 tokens, and for a piece that is empty,
 * half a surrogate pair, `[UNK]`, or there twice.
 */
export function wordPieceTokenizer(pieces: readonly string[], padding?: string): Tokenizer {
  if (pieces.length === 0)
    throw new RangeError("The vocabulary has no pieces: a tokenizer needs at least one.");
  const vocabulary = padding === undefined ? [UNKNOWN, ...pieces] : [UNKNOWN, ...pieces, padding];
  if (vocabulary.length > MAX_VOCABULARY)
    throw new RangeError(
      `The vocabulary has ${vocabulary.length} tokens; at most ${MAX_VOCABULARY} are allowed.`
    );
  const ids = new Map<string, number>();
  vocabulary.forEach((token, id) => {
    if (token === "" || token === CONTINUING || /\p{Surrogate}/u.test(token))
      throw new RangeError(`Token ${id} is ${inShort(token)}, which spells nothing.`);
    if (ids.has(token)) throw new RangeError(`The token ${inShort(token)} is in the vocabulary twice.`);
    ids.set(token, id);
  });
  const paddingId = padding === undefined ? undefined : vocabulary.length - 1;
  if (padding !== undefined) ids.delete(padding);
  ids.delete(UNKNOWN);
  const longest = pieces.reduce((length, piece) => Math.max(length, piece.length), 0);

  /** The pieces of a word, or null where they cannot spell it. */
  function spell(word: string): readonly number[] | null {
    if (!isWordPieceWord(word)) return null;
    const spelling: number[] = [];
    for (let start = 0; start < word.length; ) {
      const prefix = start === 0 ? "" : CONTINUING;
      let end = Math.min(word.length, start + longest);
      let id = ids.get(prefix + word.slice(start, end));
      while (id === undefined && --end > start) id = ids.get(prefix + word.slice(start, end));
      if (id === undefined) return null;
      spelling.push(id);
      start = end;
    }
    return spelling;
  }

  function encode(text: string): Encoding {
    const found: number[] = [];
    const unknown = new Map<string, UnknownCharacter>();
    const spellings = new Map<string, readonly number[] | null>();
    forEachBertWord(text, (word, index) => {
      let spelling = spellings.get(word);
      if (spelling === undefined) {
        spelling = spell(word);
        spellings.set(word, spelling);
      }
      if (spelling) for (const id of spelling) found.push(id);
      else {
        found.push(0);
        const seen = unknown.get(word);
        if (seen) seen.count++;
        else unknown.set(word, {character: word, count: 1, index});
      }
    });
    return {ids: Uint16Array.from(found), unknown: [...unknown.values()]};
  }

  function boundaries(text: string): Uint32Array {
    const starts: number[] = [];
    forEachBertWord(text, (word, index) => {
      let start = index;
      for (const id of spell(word) ?? [0]) {
        starts.push(start);
        start += vocabulary[id]!.length - (start === index ? 0 : CONTINUING.length);
      }
    });
    return Uint32Array.from(starts);
  }

  function decode(tokens: Iterable<number>): string {
    const words: string[] = [];
    for (const id of tokens) {
      const token = vocabulary[id];
      if (token === undefined)
        throw new RangeError(`Token id ${id} is outside the vocabulary of ${vocabulary.length} tokens.`);
      if (id === paddingId) continue;
      if (words.length === 0) words.push(token);
      else words.push(token.startsWith(CONTINUING) ? token.slice(CONTINUING.length) : ` ${token}`);
    }
    return words.join("");
  }

  return {
    kind: "word-piece",
    unit: "token",
    vocabulary,
    ...(paddingId === undefined ? {} : {paddingId}),
    encode,
    decode,
    boundaries,
    toJSON: () => tokenizerFile(vocabulary, padding)
  };
}

/** Hugging Face's `tokenizer.json`, as cased BERT's is written, without its two sentence markers. */
function tokenizerFile(vocabulary: readonly string[], padding: string | undefined): TokenizerFile {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: padding === undefined ? [] : [specialToken(vocabulary.length - 1, padding)],
    normalizer: null,
    pre_tokenizer: {type: "BertPreTokenizer"},
    post_processor: null,
    decoder: {type: "WordPiece", prefix: CONTINUING, cleanup: false},
    model: {
      type: "WordPiece",
      unk_token: UNKNOWN,
      continuing_subword_prefix: CONTINUING,
      max_input_chars_per_word: MAX_WORD_CHARACTERS,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id]))
    }
  };
}

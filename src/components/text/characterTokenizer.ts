import {inShort} from "../errorMessage.js";
import {specialToken} from "./addedToken.js";
import {characterCounts} from "./characterCounts.js";
import type {Encoding, Tokenizer, TokenizerFile, UnknownCharacter} from "./tokenizer.js";

/** Ids are stored as 16-bit unsigned integers. */
export const MAX_VOCABULARY = 65_536;

/**
 * The character tokenizer of a text: one token for each distinct Unicode code point, sorted by code point,
 * as nanoGPT's `data/shakespeare_char/prepare.py` does. Takes the text, or its `characterCounts`.
 * Throws RangeError for an empty text and for more than 65,536 distinct characters, padding included.
 */
export function trainCharacterTokenizer(
  text: string | ReadonlyMap<string, number>,
  {padding}: {padding?: string} = {}
): Tokenizer {
  const counts = typeof text === "string" ? characterCounts(text) : text;
  const characters = [...counts.keys()].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  return characterTokenizer(characters, padding);
}

/**
 * The tokenizer whose token i is `characters[i]`; the padding token, if any, comes last. Throws RangeError when the
 * characters are none, too many, repeated or not one code point each, and when padding is empty or one of them.
 */
export function characterTokenizer(characters: readonly string[], padding?: string): Tokenizer {
  checkVocabulary(characters, padding);
  const tokens = padding === undefined ? [...characters] : [...characters, padding];
  const paddingId = padding === undefined ? undefined : characters.length;
  // One load per character of the Basic Multilingual Plane; the rest of Unicode is rare enough for a map.
  const basic = new Int32Array(0x10000).fill(-1);
  const astral = new Map<number, number>();
  characters.forEach((token, id) => {
    const point = token.codePointAt(0)!;
    if (point < 0x10000) basic[point] = id;
    else astral.set(point, id);
  });

  function encode(text: string): Encoding {
    const ids = new Uint16Array(text.length);
    const unknown = new Map<number, UnknownCharacter>();
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      let point = text.charCodeAt(i);
      let id = basic[point]!;
      const index = i;
      if (point >= 0xd800 && point < 0xdc00) {
        point = text.codePointAt(i)!;
        if (point >= 0x10000) {
          id = astral.get(point) ?? -1;
          i++;
        }
      }
      if (id >= 0) ids[length++] = id;
      else {
        const seen = unknown.get(point);
        if (seen) seen.count++;
        else unknown.set(point, {character: String.fromCodePoint(point), count: 1, index});
      }
    }
    return {ids: length === ids.length ? ids : ids.slice(0, length), unknown: [...unknown.values()]};
  }

  function decode(ids: Iterable<number>): string {
    const pieces: string[] = [];
    for (const id of ids) {
      const token = tokens[id];
      if (token === undefined)
        throw new RangeError(`Token id ${id} is outside the vocabulary of ${tokens.length} tokens.`);
      if (id !== paddingId) pieces.push(token);
    }
    return pieces.join("");
  }

  function boundaries(text: string): Uint32Array {
    const starts: number[] = [];
    let index = 0;
    for (const character of text) {
      const point = character.codePointAt(0)!;
      if (point < 0x10000 ? basic[point]! >= 0 : astral.has(point)) starts.push(index);
      index += character.length;
    }
    return Uint32Array.from(starts);
  }

  return {
    kind: "character",
    unit: "character",
    vocabulary: tokens,
    ...(paddingId === undefined ? {} : {paddingId}),
    encode,
    decode,
    boundaries,
    toJSON: () => tokenizerFile(tokens, paddingId)
  };
}

function checkVocabulary(vocabulary: readonly string[], padding: string | undefined): void {
  if (vocabulary.length === 0)
    throw new RangeError("The vocabulary is empty: a tokenizer needs a text with at least one character.");
  const most = MAX_VOCABULARY - (padding === undefined ? 0 : 1);
  if (vocabulary.length > most)
    throw new RangeError(
      `The text has ${vocabulary.length} distinct characters; a character tokenizer holds at most ${most}` +
        `${padding === undefined ? "" : " and padding"}.`
    );
  const seen = new Set<string>();
  vocabulary.forEach((token, id) => {
    if (token.length === 0 || String.fromCodePoint(token.codePointAt(0)!) !== token)
      throw new RangeError(`Token ${id} is ${inShort(token)}; each token must be exactly one character.`);
    if (seen.has(token)) throw new RangeError(`The character ${inShort(token)} is in the vocabulary twice.`);
    seen.add(token);
  });
  if (padding === "" || (padding !== undefined && seen.has(padding)))
    throw new RangeError(`The padding token ${inShort(padding)} is empty or spelt like another.`);
}

/**
 * Hugging Face's `tokenizer.json`: a BPE model without merges leaves every character a token, no
 * pre-tokenizer keeps spaces and newlines as they are, and the Fuse decoder joins without adding spaces.
 */
function tokenizerFile(tokens: readonly string[], paddingId: number | undefined): TokenizerFile {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: paddingId === undefined ? [] : [specialToken(paddingId, tokens[paddingId]!)],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: {type: "Fuse"},
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: []
    }
  };
}

import {inShort} from "../errorMessage.js";
import {specialToken} from "./addedToken.js";
import {BYTE_OF_TOKEN, CHARACTER_OF_TOKEN, TOKEN_OF_BYTE, utf8Bytes, utf8Length} from "./byteAlphabet.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";
import {atOnce, type InSteps} from "./inSteps.js";
import {mergePairs} from "./mergePairs.js";
import {pairKey} from "./pairIndex.js";
import {forEachPreToken} from "./preTokenise.js";
import type {Encoding, Tokenizer, TokenizerFile, UnknownCharacter} from "./tokenizer.js";

/** Merges in a step of the work that makes a tokenizer: a millisecond or less. */
const STEP = 512;
/** Pre-tokens whose tokens are remembered, and how long they may be: nearly all of a text, in a few MB. */
const CACHE_ENTRIES = 65_536;
const CACHE_LENGTH = 64;

// Both keep U+FEFF, which is a character here and no byte-order mark.
const lenientDecoder = new TextDecoder("utf-8", {ignoreBOM: true});
const strictDecoder = new TextDecoder("utf-8", {ignoreBOM: true, fatal: true});

const loneSurrogate = /\p{Surrogate}/gu;

/**
 * The byte-level BPE tokenizer with these merges: tokens 0 to 255 are the bytes in GPT-2's order, token
 * 256 + i is what merge i makes, and the padding token, if any, comes last. Every text of Unicode characters
 * comes back from `decode` as it was; halves of surrogate pairs, which no UTF-8 has, are reported as unknown.
 * In `vocabulary`, bytes that are no whole characters are shown as <0xE2>. The text of the padding token in a
 * text is text: only its id is padding, and decodes to nothing. `decode` gives U+FFFD for malformed UTF-8.
 * Throws RangeError for a merge of tokens that do not exist yet or that makes one that does, for more than
 * 65,536 tokens, and for a padding token that is empty or is spelt like another token.
 */
export const bytePairTokenizer = (
  merges: readonly {readonly left: number; readonly right: number}[],
  padding?: string
): Tokenizer => atOnce(bytePairTokenizerInSteps(merges, padding));

/** The same in steps, since 50,000 merges take a while. */
export function* bytePairTokenizerInSteps(
  merges: readonly {readonly left: number; readonly right: number}[],
  padding?: string
): InSteps<Tokenizer> {
  const size = 256 + merges.length + (padding === undefined ? 0 : 1);
  if (size > MAX_VOCABULARY)
    throw new RangeError(`The vocabulary has ${size} tokens; at most ${MAX_VOCABULARY} are allowed.`);
  /** Every token as the vocabulary file spells it. */
  const spellings = [...CHARACTER_OF_TOKEN];
  const bytes = Array.from(BYTE_OF_TOKEN, (byte) => Uint8Array.of(byte));
  const taken = new Set(spellings);
  const mergedInto = new Map<number, number>();
  for (const [i, {left, right}] of merges.entries()) {
    if (i % STEP === 0) yield;
    const [first, second] = [bytes[left], bytes[right]];
    if (!first || !second)
      throw new RangeError(`Merge ${i} joins tokens ${left} and ${right}, which must both exist before it.`);
    const spelling = spellings[left]! + spellings[right]!;
    if (taken.has(spelling))
      throw new RangeError(`Merge ${i} makes the token ${inShort(spelling)} a second time.`);
    taken.add(spelling);
    mergedInto.set(pairKey(left, right), spellings.length);
    spellings.push(spelling);
    const joined = new Uint8Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    bytes.push(joined);
  }
  const paddingId = padding === undefined ? undefined : bytes.length;
  const vocabulary: string[] = [];
  for (const [id, token] of bytes.entries()) {
    if (id % STEP === 0) yield;
    vocabulary.push(tokenText(token));
  }
  if (padding !== undefined) {
    if (padding === "" || taken.has(padding))
      throw new RangeError(`The padding token ${inShort(padding)} is empty or spelt like another.`);
    vocabulary.push(padding);
    bytes.push(new Uint8Array(0));
  }

  const cache = new Map<string, readonly number[]>();

  function encodePreToken(preToken: string): readonly number[] {
    const cached = cache.get(preToken);
    if (cached) return cached;
    const word = utf8Bytes(preToken);
    const ids = mergePairs(
      Array.from(word, (byte) => TOKEN_OF_BYTE[byte]!),
      mergedInto
    );
    if (preToken.length <= CACHE_LENGTH) {
      if (cache.size >= CACHE_ENTRIES) cache.clear();
      // A slice keeps the whole text it was cut from alive; the same characters decoded afresh do not.
      cache.set(lenientDecoder.decode(word), ids);
    }
    return ids;
  }

  function encode(text: string): Encoding {
    let ids = new Uint16Array(Math.ceil(text.length / 2) + 16);
    let length = 0;
    forEachPreToken(text, (preToken) => {
      const word = encodePreToken(preToken);
      if (length + word.length > ids.length) {
        const longer = new Uint16Array(2 * (length + word.length));
        longer.set(ids);
        ids = longer;
      }
      for (const id of word) ids[length++] = id;
    });
    return {ids: ids.slice(0, length), unknown: loneSurrogates(text)};
  }

  function boundaries(text: string): Uint32Array {
    const starts: number[] = [];
    forEachPreToken(text, (preToken, start) => {
      const characterOfByte: number[] = [];
      let unit = start;
      for (const character of preToken) {
        for (let i = utf8Length(character.codePointAt(0)!); i > 0; i--) characterOfByte.push(unit);
        unit += character.length;
      }
      let byte = 0;
      for (const id of encodePreToken(preToken)) {
        starts.push(characterOfByte[byte]!);
        byte += bytes[id]!.length;
      }
    });
    return Uint32Array.from(starts);
  }

  function decode(ids: Iterable<number>): string {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (const id of ids) {
      const piece = bytes[id];
      if (!piece)
        throw new RangeError(`Token id ${id} is outside the vocabulary of ${vocabulary.length} tokens.`);
      pieces.push(piece);
      length += piece.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return lenientDecoder.decode(whole);
  }

  return {
    kind: "byte-pair",
    unit: "token",
    vocabulary,
    ...(paddingId === undefined ? {} : {paddingId}),
    encode,
    decode,
    boundaries,
    toJSON: () => tokenizerFile(spellings, merges, padding)
  };
}

function loneSurrogates(text: string): UnknownCharacter[] {
  const unknown = new Map<string, UnknownCharacter>();
  for (const {0: character, index} of text.matchAll(loneSurrogate)) {
    const seen = unknown.get(character);
    if (seen) seen.count++;
    else unknown.set(character, {character, count: 1, index});
  }
  return [...unknown.values()];
}

function tokenText(bytes: Uint8Array): string {
  // Nearly all tokens are, and a decoder takes ten times as long for them.
  if (bytes.length <= CACHE_LENGTH && bytes.every((byte) => byte < 0x80))
    return String.fromCharCode(...bytes);
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`).join("");
  }
}

/** Hugging Face's `tokenizer.json`, as GPT-2's own is written. */
function tokenizerFile(
  spellings: readonly string[],
  merges: readonly {readonly left: number; readonly right: number}[],
  padding: string | undefined
): TokenizerFile {
  const byteLevel = {type: "ByteLevel", trim_offsets: true, use_regex: true} as const;
  const tokens = padding === undefined ? spellings : [...spellings, padding];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: padding === undefined ? [] : [specialToken(spellings.length, padding)],
    normalizer: null,
    pre_tokenizer: {...byteLevel, add_prefix_space: false},
    post_processor: null,
    decoder: {...byteLevel, add_prefix_space: true},
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map(({left, right}) => `${spellings[left]} ${spellings[right]}`)
    }
  };
}

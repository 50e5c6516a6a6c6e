import {assembleCorpus, type CorpusDescription} from "../../corpus/buildCorpus.js";
import type {Corpus} from "../../corpus/meta.js";
import {sha256} from "../../corpus/sha256.js";
import {bytesToTokens, tokensToBytes} from "../../corpus/tokenBytes.js";
import {messageOf} from "../../errorMessage.js";
import {characterLength} from "../../text/characterLength.js";
import {characterTokenizer} from "../../text/characterTokenizer.js";
import {readTokenizer} from "../../text/tokenizerFile.js";
import {FormatError} from "../formatError.js";
import {type PickledDict, readPickle, writePickle} from "./pickle.js";

/** The names of a dataset's files in nanoGPT's `data/NAME`. */
export const NANOGPT_DATA = {train: "train.bin", val: "val.bin", meta: "meta.pkl"} as const;

/** `meta` is null where tokens are not characters: nanoGPT then takes the tokens for GPT-2's. */
export interface NanoGptData {
  train: Uint8Array;
  val: Uint8Array;
  meta: Uint8Array | null;
}

/**
 * A corpus as nanoGPT's `data/shakespeare_char/prepare.py` leaves one: tokens as little-endian uint16, and the
 * vocabulary as a pickled dict {vocab_size, itos, stoi}. The split is the corpus's own, at ⌊0.9 · characters⌋, which is
 * prepare.py's; so of the same text both programs make the same files, byte for byte in `train.bin` and `val.bin`.
 */
export function nanoGptData({meta, train, val}: Corpus): NanoGptData {
  const {unit, vocabulary} = readTokenizer(meta.tokenizer);
  return {
    train: tokensToBytes(train),
    val: tokensToBytes(val),
    meta: unit === "character" ? nanoGptMeta(vocabulary) : null
  };
}

/** The bytes of `meta.pkl` for a vocabulary of characters. */
export function nanoGptMeta(vocabulary: readonly string[]): Uint8Array<ArrayBuffer> {
  return writePickle(
    new Map<string, number | PickledDict>([
      ["vocab_size", vocabulary.length],
      ["itos", new Map(vocabulary.map((character, id) => [id, character]))],
      ["stoi", new Map(vocabulary.map((character, id) => [character, id]))]
    ])
  );
}

/** The vocabulary in the bytes of a `meta.pkl`. Throws FormatError where they are something else. */
export function readNanoGptMeta(bytes: Uint8Array): string[] {
  const file = NANOGPT_DATA.meta;
  const meta = readPickle(bytes, file);
  const dict = (key: string): PickledDict => {
    const value = meta.get(key);
    if (value instanceof Map) return value;
    throw new FormatError(
      `${file} has no dict named ${key}: it is not the file that nanoGPT's prepare.py writes.`
    );
  };
  const [itos, stoi, size] = [dict("itos"), dict("stoi"), meta.get("vocab_size")];
  if (size !== itos.size || size !== stoi.size)
    throw new FormatError(
      `${file} has vocab_size ${String(size)}, but ${itos.size} tokens in itos and ${stoi.size} in stoi.`
    );
  return Array.from({length: itos.size}, (_, id) => {
    const character = itos.get(id);
    if (typeof character !== "string" || stoi.get(character) !== id)
      throw new FormatError(`${file} does not name token ${id} the same in itos and in stoi: it is damaged.`);
    return character;
  });
}

/**
 * The corpus in nanoGPT's files. Its text is what the tokens spell, which is the text that prepare.py read. Throws
 * FormatError for files that do not belong together, RangeError for a text too short for the context.
 */
export async function readNanoGptCorpus(
  {train, val, meta}: NanoGptData,
  description: Omit<CorpusDescription, "tokenizer">
): Promise<Corpus> {
  if (!meta)
    throw new FormatError(
      `${NANOGPT_DATA.meta} is missing: without it the tokens are GPT-2's, whose texts are not in these files. Export the text itself, and let this program cut it.`
    );
  const tokenizer = asFormatError(NANOGPT_DATA.meta, () => characterTokenizer(readNanoGptMeta(meta)));
  const part = (name: string, bytes: Uint8Array) => {
    const ids = asFormatError(name, () => bytesToTokens(bytes));
    const text = asFormatError(name, () => tokenizer.decode(ids));
    return {ids, unknown: [], characters: characterLength(text), text};
  };
  const parts = {train: part(NANOGPT_DATA.train, train), val: part(NANOGPT_DATA.val, val)};
  const bytes = new TextEncoder().encode(parts.train.text + parts.val.text);
  const source = {bytes: bytes.length, sha256: await sha256(bytes)};
  return assembleCorpus(description, tokenizer, source, parts);
}

function asFormatError<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError(`${file}: ${messageOf(error)}`);
  }
}

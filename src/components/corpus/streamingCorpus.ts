import {messageOf} from "../errorMessage.js";
import {characterCounts} from "../text/characterCounts.js";
import {characterLength} from "../text/characterLength.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {checkTokenizerChoice} from "../text/tokenizerChoice.js";
import {trainTokenizer} from "../text/trainTokenizer.js";
import {assembleCorpus, type CorpusDescription, checkCharacters} from "./buildCorpus.js";
import type {Corpus} from "./meta.js";
import {normalisePieces} from "./normaliseText.js";
import {indexOfCharacter, TRAIN_FRACTION} from "./split.js";
import {StreamingSha256} from "./streamingSha256.js";
import {type ByteSource, openBytes} from "./streamingSource.js";
import {TokenWriter} from "./streamingTokens.js";
import {Utf8Error, utf8Pieces} from "./utf8.js";

export interface StreamProgress {
  /** 1: the text is counted and its vocabulary learnt. 2: it is cut into tokens. */
  pass: 1 | 2;
  /** Bytes of this pass so far, and in all where that is known. */
  bytes: number;
  total: number | null;
}

export interface StreamOptions {
  onProgress?: (progress: StreamProgress) => void;
  /** Ends the reading: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Byte pairs and word pieces are learnt from as many UTF-16 code units of the training text's start. */
  sampleLength?: number;
}

/** Texts of up to this many characters give the very tokenizer that `buildCorpus` makes. */
export const SAMPLE_LENGTH = 4_000_000;

/** Typed arrays of browsers end about here. */
const MAX_BYTES = 2 ** 32;

/**
 * The corpus of a UTF-8 text that is read twice and never held: first for its characters, length, checksum and a
 * sample, then to write tokens piece by piece. The same corpus as `buildCorpus` makes of the whole text, except
 * that byte pairs and word pieces are learnt from a leading sample of it, so that counting a text's words does not
 * take as much memory as the text. Throws as `buildCorpus` does; RangeError for more than 4.29 GB and for tokens
 * beyond the device's memory; Error where the bytes are not UTF-8, cannot be read, or changed between the readings.
 */
export async function streamCorpus(
  source: ByteSource,
  description: CorpusDescription,
  {sampleLength = SAMPLE_LENGTH, ...options}: StreamOptions = {}
): Promise<Corpus> {
  const {name, tokenizer: choice = {kind: "character"}} = description;
  checkTokenizerChoice(choice);

  const characters = new Set<string>();
  const hash = new StreamingSha256();
  const encoder = new TextEncoder();
  const sample: string[] = [];
  let sampled = 0;
  let length = 0;
  let bytes = 0;
  for await (const piece of read(source, name, 1, options)) {
    const utf8 = encoder.encode(piece);
    hash.update(utf8);
    bytes += utf8.length;
    length += characterLength(piece);
    if (choice.kind === "character") for (const one of characterCounts(piece).keys()) characters.add(one);
    else if (sampled < sampleLength) {
      sample.push(piece);
      sampled += piece.length;
    }
  }
  const trainLength = Math.floor(length * TRAIN_FRACTION);
  if (choice.kind === "character" || trainLength === 0)
    checkCharacters(trainLength, length - trainLength, description);
  const learnt =
    choice.kind === "character"
      ? [...characters].join("")
      : leading(sample.join(""), trainLength, sampleLength);
  const tokenizer = trainTokenizer(learnt, choice);

  const density = tokensPerCharacter(tokenizer, learnt);
  const train = new TokenWriter(tokenizer, Math.ceil(trainLength * density));
  const val = new TokenWriter(tokenizer, Math.ceil((length - trainLength) * density));
  let left = trainLength;
  let again = 0;
  for await (const piece of read(source, name, 2, options)) {
    const cut = left > 0 ? indexOfCharacter(piece, left) : 0;
    if (cut > 0) {
      train.write(piece.slice(0, cut));
      left -= characterLength(piece.slice(0, cut));
    }
    if (cut < piece.length) val.write(piece.slice(cut));
    again += characterLength(piece);
  }
  const parts = {train: finish(train, trainLength), val: finish(val, length - trainLength)};
  if (
    again !== length ||
    (choice.kind === "character" && parts.train.unknown.length + parts.val.unknown.length > 0)
  )
    throw new Error(`“${name}” changed while it was read. Close what writes to it and try again.`);
  return assembleCorpus(description, tokenizer, {bytes, sha256: hash.digest()}, parts);
}

/**
 * The checksum that `streamCorpus`, or `buildCorpus` of the same text, will put in `meta.sha256`: one reading, to
 * ask the cache before any tokenising. A text at hand is a source as `new Blob([text])`. Rejects as `streamCorpus`.
 */
export async function streamSha256(
  source: ByteSource,
  name: string,
  options: Pick<StreamOptions, "onProgress" | "signal"> = {}
): Promise<string> {
  const hash = new StreamingSha256();
  const encoder = new TextEncoder();
  for await (const piece of read(source, name, 1, options)) hash.update(encoder.encode(piece));
  return hash.digest();
}

/** The normalised text of a source in pieces, with what can go wrong said in a sentence. */
async function* read(
  source: ByteSource,
  name: string,
  pass: 1 | 2,
  {onProgress, signal}: StreamOptions
): AsyncGenerator<string, void> {
  const total = source.size ?? null;
  if (total !== null) checkSize(total, name);
  const onBytes = (bytes: number) => {
    checkSize(bytes, name);
    signal?.throwIfAborted();
    onProgress?.({pass, bytes, total});
  };
  signal?.throwIfAborted();
  // What the reader of the pieces throws ends this function without passing through `catch`.
  try {
    yield* normalisePieces(utf8Pieces(openBytes(source), onBytes));
  } catch (cause) {
    if (signal?.aborted || cause instanceof RangeError) throw cause;
    throw unreadable(name, cause);
  }
}

/** What is said of a text whose reading failed with `cause`. */
export function unreadable(name: string, cause: unknown): Error {
  const reason = messageOf(cause);
  const advice =
    cause instanceof Utf8Error
      ? "Save the text as UTF-8 and try again."
      : "Check that the file is still there and try again.";
  return new Error(`“${name}” could not be read. ${reason} ${advice}`, {cause});
}

function checkSize(bytes: number, name: string): void {
  if (bytes > MAX_BYTES)
    throw new RangeError(
      `“${name}” is larger than ${(MAX_BYTES / 1e9).toFixed(2)} GB, the most that one corpus holds. Use a part of it.`
    );
}

/** The start of a text: at most `characters` of it and at most `units`, of whole characters. */
function leading(text: string, characters: number, units: number): string {
  let end = characterLength(text) <= characters ? text.length : indexOfCharacter(text, characters);
  if (end > units) end = text.codePointAt(units - 1)! > 0xffff ? units - 1 : units;
  return text.slice(0, end);
}

/** An estimate to allocate by, a little high, so that the array seldom grows. */
function tokensPerCharacter(tokenizer: Tokenizer, sample: string): number {
  if (tokenizer.kind === "character") return 1;
  const text = sample.slice(0, 100_000);
  return (1.05 * tokenizer.encode(text).ids.length) / Math.max(1, characterLength(text));
}

const finish = (writer: TokenWriter, characters: number) => ({
  ids: writer.end(),
  unknown: [...writer.unknown.values()],
  characters
});

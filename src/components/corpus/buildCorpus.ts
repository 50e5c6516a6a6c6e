import {trainCharacterTokenizer} from "../text/characterTokenizer.js";
import type {Corpus} from "./meta.js";
import {normaliseText} from "./normaliseText.js";
import {splitTokens, TRAIN_FRACTION} from "./split.js";

export interface CorpusDescription {
  name: string;
  source: string;
  license: string;
  /** The context that a model will be trained with: each split must hold one window and its last target. */
  blockSize: number;
}

/**
 * A corpus from a text: normalised, tokenised by its own characters, split 90/10. Throws RangeError when the
 * text is empty, too short for the context, or has more distinct characters than a tokenizer holds; Error
 * where the page is not served securely, since browsers then offer no SHA-256.
 */
export async function buildCorpus(text: string, description: CorpusDescription): Promise<Corpus> {
  const {name, source, license, blockSize} = description;
  const normalised = normaliseText(text);
  if (normalised.length === 0)
    throw new RangeError(`“${name}” is empty. Give a text with at least ${shortest(blockSize)} characters.`);
  const tokenizer = trainCharacterTokenizer(normalised);
  const tokens = tokenizer.encode(normalised).ids;
  const {train, val} = splitTokens(tokens);
  if (Math.min(train.length, val.length) < blockSize + 1)
    throw new RangeError(
      `“${name}” has ${tokens.length} characters, too few for a context of ${blockSize}: training ` +
        `takes the first 90 % and validation the rest, and each must hold ${blockSize + 1}. ` +
        `Use at least ${shortest(blockSize)} characters or a shorter context.`
    );
  const bytes = new TextEncoder().encode(normalised);
  return {
    meta: {
      version: 1,
      name,
      source,
      license,
      sha256: await sha256(bytes),
      split: TRAIN_FRACTION,
      counts: {
        bytes: bytes.length,
        characters: tokens.length,
        tokens: tokens.length,
        train: train.length,
        val: val.length
      },
      tokenizer: tokenizer.toJSON(),
      floor: null
    },
    train,
    val
  };
}

/** The fewest tokens whose validation split holds a window of blockSize and its last target. */
function shortest(blockSize: number): number {
  let tokens = Math.floor((blockSize + 1) / (1 - TRAIN_FRACTION)) - 10;
  while (tokens - Math.floor(tokens * TRAIN_FRACTION) < blockSize + 1) tokens++;
  return Math.max(tokens, blockSize + 2);
}

/** Lower-case hexadecimal SHA-256 by Web Crypto. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new Error(
      "This page cannot compute a checksum of the text: open it through https:// or on localhost."
    );
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

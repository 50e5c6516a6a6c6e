import {characterLength} from "../text/characterLength.js";
import type {Encoding, Tokenizer} from "../text/tokenizer.js";
import {checkTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {trainTokenizer} from "../text/trainTokenizer.js";
import type {Corpus} from "./meta.js";
import {normaliseText} from "./normaliseText.js";
import {sha256} from "./sha256.js";
import {splitText, TRAIN_FRACTION} from "./split.js";
import {unknownUnits} from "./unknownUnits.js";

export interface CorpusDescription {
  name: string;
  source: string;
  license: string;
  /** The context that a model will be trained with: each split must hold one window and its last target. */
  blockSize: number;
  /** By character unless told otherwise. */
  tokenizer?: TokenizerChoice;
}

/**
 * A corpus from a text: normalised, split 90/10 at a character, each part tokenised on its own. A character
 * tokenizer knows the characters of the whole text; byte pairs and word pieces are learnt from the training part.
 * Throws RangeError when the text is empty or too short for the context, and as `trainTokenizer` does; Error where
 * the page is not served securely, since browsers then offer no SHA-256.
 */
export async function buildCorpus(text: string, description: CorpusDescription): Promise<Corpus> {
  const {name, blockSize, tokenizer: choice = {kind: "character"}} = description;
  checkTokenizerChoice(choice);
  const normalised = normaliseText(text);
  if (normalised.length === 0)
    throw new RangeError(`“${name}” is empty. Give a text with at least ${shortest(blockSize)} characters.`);
  const parts = splitText(normalised);
  const trainCharacters = characterLength(parts.train);
  const valCharacters = characterLength(parts.val);
  if (choice.kind === "character" || trainCharacters === 0)
    checkCharacters(trainCharacters, valCharacters, description);
  const tokenizer = trainTokenizer(choice.kind === "character" ? normalised : parts.train, choice);
  const bytes = new TextEncoder().encode(normalised);
  return assembleCorpus(
    description,
    tokenizer,
    {bytes: bytes.length, sha256: await sha256(bytes)},
    {
      train: {...tokenizer.encode(parts.train), characters: trainCharacters},
      val: {...tokenizer.encode(parts.val), characters: valCharacters}
    }
  );
}

/** A part of a text as tokens, and its length in code points. */
export interface EncodedPart extends Encoding {
  characters: number;
}

/**
 * The corpus of a text that is already tokenised; `text` tells the length and checksum of its UTF-8. Throws
 * RangeError when a part is too short for the context.
 */
export function assembleCorpus(
  description: CorpusDescription,
  tokenizer: Tokenizer,
  text: {bytes: number; sha256: string},
  {train, val}: {train: EncodedPart; val: EncodedPart}
): Corpus {
  const {name, source, license} = description;
  checkTokens(train.ids.length, val.ids.length, tokenizer, description);
  return {
    meta: {
      version: 2,
      name,
      source,
      license,
      sha256: text.sha256,
      split: TRAIN_FRACTION,
      counts: {
        bytes: text.bytes,
        characters: train.characters + val.characters,
        tokens: train.ids.length + val.ids.length,
        train: train.ids.length,
        val: val.ids.length,
        trainCharacters: train.characters,
        valCharacters: val.characters
      },
      tokenizer: tokenizer.toJSON(),
      unknown: unknownUnits([train.unknown, val.unknown]),
      floor: null
    },
    train: train.ids,
    val: val.ids
  };
}

/** Throws RangeError for a text too short. Where a character is a token, the length that would do is known. */
export function checkCharacters(train: number, val: number, {name, blockSize}: CorpusDescription): void {
  if (Math.min(train, val) < blockSize + 1)
    throw new RangeError(
      `“${name}” has ${train + val} characters, too few for a context of ${blockSize}: training ` +
        `takes the first 90 % and validation the rest, and each must hold ${blockSize + 1}. ` +
        `Use at least ${shortest(blockSize)} characters or a shorter context.`
    );
}

function checkTokens(
  train: number,
  val: number,
  {unit}: Tokenizer,
  {name, blockSize}: CorpusDescription
): void {
  if (Math.min(train, val) < blockSize + 1)
    throw new RangeError(
      `“${name}” has ${train} ${unit}s for training and ${val} for validation, too few for a context of ` +
        `${blockSize}: each must hold ${blockSize + 1}. Use a longer text, a shorter context or a smaller vocabulary.`
    );
}

/** The fewest characters whose validation split holds a window of blockSize and its last target. */
function shortest(blockSize: number): number {
  let characters = Math.floor((blockSize + 1) / (1 - TRAIN_FRACTION)) - 10;
  while (characters - Math.floor(characters * TRAIN_FRACTION) < blockSize + 1) characters++;
  return Math.max(characters, blockSize + 2);
}

import {inShort} from "../errorMessage.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {Corpus, CorpusCounts, CorpusMeta} from "./meta.js";
import {bytesToTokens} from "./tokenBytes.js";

/** Characters of what is said of a text. */
const LONGEST_NAME = 10_000;

/**
 * The corpus in the files that the site's loader wrote: `meta.json` parsed, `train.bin` and `val.bin` as
 * bytes. Throws Error with what is wrong when they do not belong together.
 */
export function readCorpus(files: {meta: unknown; train: Uint8Array; val: Uint8Array}): Corpus {
  const meta = readCorpusMeta(files.meta);
  const {length: vocabularySize} = readTokenizer(meta.tokenizer).vocabulary;
  const split = (name: "train" | "val"): Uint16Array => {
    const bytes = files[name];
    if (bytes.length !== 2 * meta.counts[name])
      throw invalid(
        `${name}.bin has ${bytes.length} bytes; meta.json promises ${meta.counts[name]} tokens of two`
      );
    const tokens = bytesToTokens(bytes);
    const wrong = tokens.findIndex((token) => token >= vocabularySize);
    if (wrong >= 0)
      throw invalid(
        `token ${wrong} of ${name}.bin is ${tokens[wrong]}; the vocabulary has ${vocabularySize}`
      );
    return tokens;
  };
  return {meta, train: split("train"), val: split("val")};
}

/**
 * A parsed `meta.json` of this or an older version, checked field by field (the tokenizer by `readTokenizer`) and
 * brought up to date.
 */
export function readCorpusMeta(value: unknown): CorpusMeta {
  const meta = currentVersion(record(value, "meta.json"));
  for (const field of ["name", "source", "license", "sha256"])
    if (typeof meta[field] !== "string" || (meta[field] as string).length > LONGEST_NAME)
      throw invalid(`meta.json's ${field} is not a text of at most ${LONGEST_NAME} characters`);
  if (!/^[0-9a-f]{64}$/.test(meta.sha256 as string))
    throw invalid("meta.json's sha256 is not 64 hexadecimal digits");
  if (!isNumber(meta.split) || meta.split <= 0 || meta.split >= 1)
    throw invalid("meta.json's split is not a fraction between 0 and 1");
  const counts = record(meta.counts, "meta.json's counts");
  for (const field of ["bytes", "characters", "tokens", "train", "val", "trainCharacters", "valCharacters"])
    if (!isCount(counts[field])) throw invalid(`meta.json's counts.${field} is not a whole number`);
  const {train, val, tokens, trainCharacters, valCharacters, characters} = counts as unknown as CorpusCounts;
  if (train + val !== tokens)
    throw invalid("meta.json's counts of train and val do not add up to its tokens");
  if (trainCharacters + valCharacters !== characters)
    throw invalid("meta.json's counts of trainCharacters and valCharacters do not add up to its characters");
  checkUnknown(meta.unknown);
  if (meta.floor !== null) {
    const floor = record(meta.floor, "meta.json's floor");
    for (const field of ["train", "val"])
      if (!isNumber(floor[field]) || floor[field] < 0)
        throw invalid(`meta.json's floor.${field} is not a loss`);
  }
  readTokenizer(meta.tokenizer);
  return meta as unknown as CorpusMeta;
}

/**
 * A `meta.json` of any version of ours in the form of this one, not yet checked. In version 1 each token was a
 * character and all were known.
 */
function currentVersion(meta: Record<string, unknown>): Record<string, unknown> {
  const {version} = meta;
  if (version === 2) return meta;
  if (version !== 1) throw invalid(`meta.json has version ${inShort(version)}; 1 and 2 are understood`);
  const counts = record(meta.counts, "meta.json's counts");
  const {tokens: characters, train: trainCharacters, val: valCharacters} = counts;
  return {
    ...meta,
    version: 2,
    counts: {...counts, characters, trainCharacters, valCharacters},
    unknown: {total: 0, kinds: 0, list: []}
  };
}

function checkUnknown(value: unknown): void {
  const unknown = record(value, "meta.json's unknown");
  for (const field of ["total", "kinds"])
    if (!isCount(unknown[field])) throw invalid(`meta.json's unknown.${field} is not a whole number`);
  if (!Array.isArray(unknown.list)) throw invalid("meta.json's unknown.list is not a list");
  for (const entry of unknown.list) {
    const {text, count} = record(entry, "an entry of meta.json's unknown.list");
    if (typeof text !== "string" || !isCount(count))
      throw invalid("an entry of meta.json's unknown.list is not a text and a count");
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isNumber = (value: unknown): value is number => Number.isFinite(value);

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`${name} is not a JSON object`);
  return value as Record<string, unknown>;
}

const invalid = (reason: string): Error => new Error(`This corpus cannot be used: ${reason}.`);

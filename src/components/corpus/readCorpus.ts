import {readTokenizer} from "../text/tokenizerFile.js";
import type {Corpus, CorpusMeta} from "./meta.js";
import {bytesToTokens} from "./tokenBytes.js";

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

/** A parsed `meta.json`, checked field by field (the tokenizer by `readTokenizer`). */
export function readCorpusMeta(value: unknown): CorpusMeta {
  const meta = record(value, "meta.json");
  if (meta.version !== 1)
    throw invalid(`meta.json has version ${JSON.stringify(meta.version)}; 1 is understood`);
  for (const field of ["name", "source", "license", "sha256"])
    if (typeof meta[field] !== "string") throw invalid(`meta.json's ${field} is not a text`);
  if (!/^[0-9a-f]{64}$/.test(meta.sha256 as string))
    throw invalid("meta.json's sha256 is not 64 hexadecimal digits");
  if (!isNumber(meta.split) || meta.split <= 0 || meta.split >= 1)
    throw invalid("meta.json's split is not a fraction between 0 and 1");
  const counts = record(meta.counts, "meta.json's counts");
  for (const field of ["bytes", "characters", "tokens", "train", "val"])
    if (!Number.isSafeInteger(counts[field]) || (counts[field] as number) < 0)
      throw invalid(`meta.json's counts.${field} is not a whole number`);
  if ((counts.train as number) + (counts.val as number) !== counts.tokens)
    throw invalid("meta.json's counts of train and val do not add up to its tokens");
  if (meta.floor !== null) {
    const floor = record(meta.floor, "meta.json's floor");
    for (const field of ["train", "val"])
      if (!isNumber(floor[field]) || floor[field] < 0)
        throw invalid(`meta.json's floor.${field} is not a loss`);
  }
  readTokenizer(meta.tokenizer);
  return meta as unknown as CorpusMeta;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`${name} is not a JSON object`);
  return value as Record<string, unknown>;
}

const invalid = (reason: string): Error => new Error(`This corpus cannot be used: ${reason}.`);

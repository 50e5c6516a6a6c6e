import {characterTokenizer, MAX_VOCABULARY} from "./characterTokenizer.js";
import type {Tokenizer} from "./tokenizer.js";

/**
 * The tokenizer in a parsed Hugging Face `tokenizer.json`, as `Tokenizer.toJSON` writes it. Throws an Error
 * that says what is wrong when the file is something else: only character tokenizers (a BPE model without
 * merges, nothing that changes or splits the text first) are read.
 */
export function readTokenizer(file: unknown): Tokenizer {
  if (!isRecord(file)) throw invalid("it is not a JSON object");
  if (file.version !== "1.0") throw invalid(`its version is ${show(file.version)}; 1.0 is understood`);
  const {model, decoder} = file;
  if (!isRecord(model)) throw invalid("it has no model");
  if (model.type !== "BPE") throw invalid(`its model is ${show(model.type)}; only BPE is understood`);
  if (!Array.isArray(model.merges) || model.merges.length > 0)
    throw invalid("its model must have an empty list of merges: only character tokenizers are understood");
  for (const step of ["normalizer", "pre_tokenizer", "post_processor"])
    if (file[step] !== null && file[step] !== undefined)
      throw invalid(`it has a ${step}, which a character tokenizer does not use`);
  if (!isRecord(decoder) || decoder.type !== "Fuse") throw invalid("its decoder must be Fuse");
  if (Array.isArray(file.added_tokens) && file.added_tokens.length > 0)
    throw invalid("it has added tokens, which a character tokenizer does not use");
  return characterTokenizer(readVocabulary(model.vocab));
}

function readVocabulary(vocab: unknown): string[] {
  if (!isRecord(vocab)) throw invalid("its model has no vocab");
  const entries = Object.entries(vocab);
  if (entries.length === 0 || entries.length > MAX_VOCABULARY)
    throw invalid(`its vocab has ${entries.length} tokens; 1 to ${MAX_VOCABULARY} are allowed`);
  const vocabulary: string[] = new Array(entries.length);
  const taken = new Uint8Array(entries.length);
  for (const [token, id] of entries) {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length)
      throw invalid(
        `token ${show(token)} has id ${show(id)}; ids are whole numbers from 0 to ${entries.length - 1}`
      );
    if (taken[id]) throw invalid(`id ${id} belongs to two tokens`);
    taken[id] = 1;
    vocabulary[id] = token;
  }
  return vocabulary;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as JSON, cut short so that a hostile file cannot flood the message. */
const show = (value: unknown): string => (JSON.stringify(value) ?? "missing").slice(0, 40);

const invalid = (reason: string): Error => new Error(`This tokenizer.json cannot be used: ${reason}.`);

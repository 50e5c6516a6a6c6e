import {documentStarts, sampleDocuments} from "../../corpus/documents.js";
import {createRandom} from "../../random.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {tokenTexts} from "../../text/tokenTexts.js";

/** A padded batch of documents, ready to be shown: all arrays are [B, T], row-major. */
export interface ShownBatch {
  B: number;
  T: number;
  /** The text of each input, and its id. */
  texts: string[];
  inputs: Int32Array;
  /** 1 at padding. */
  padding: Uint8Array;
  /** The id to predict, −1 where there is nothing to predict, and its text ("" for −1). */
  targets: Int32Array;
  targetTexts: string[];
}

/** Rows of the batches shown. */
export const ROWS = 4;

/** Seeds that are tried for a batch without a document that comes twice. */
const SEEDS = 100;

/** The first seed whose batch draws no document twice, for a figure to begin with; 1 where none does. */
export function seedOfDifferentRows(text: string, tokenizer: Tokenizer): number {
  const T = Math.max(1, longestDocument(text, tokenizer));
  for (let seed = 1; seed <= SEEDS; seed++) {
    const {inputs} = padDocuments(text, tokenizer, T, seed);
    const rows = Array.from({length: ROWS}, (_, row) => inputs.subarray(row * T, (row + 1) * T).join());
    if (new Set(rows).size === ROWS) return seed;
  }
  return 1;
}

/** The tokens of the longest of some documents, with the blank line that ends it; 0 for none. */
export function longestDocument(text: string, tokenizer: Tokenizer): number {
  const {ids} = tokenizer.encode(text.trim());
  const starts = documentStarts(ids, tokenizer);
  return starts.reduce((most, start, i) => Math.max(most, (starts[i + 1] ?? ids.length) - start), 0);
}

/**
 * A batch of documents (text with blank lines between), as training on documents draws it. The tokenizer must have a
 * padding token. Throws RangeError as `sampleDocuments` does.
 */
export function padDocuments(text: string, tokenizer: Tokenizer, T: number, seed: number): ShownBatch {
  const {paddingId, vocabulary} = tokenizer;
  if (paddingId === undefined) throw new RangeError("The tokenizer has no padding token: give it one.");
  const {ids} = tokenizer.encode(text.trim());
  const shape = {batchSize: ROWS, blockSize: T, paddingId};
  const {inputs, targets, padding} = sampleDocuments(
    ids,
    documentStarts(ids, tokenizer),
    shape,
    createRandom(seed)
  );
  return {
    B: ROWS,
    T,
    texts: tokenTexts(inputs, tokenizer),
    inputs,
    padding: padding ?? new Uint8Array(ROWS * T),
    targets,
    targetTexts: Array.from(targets, (id) => (id < 0 ? "" : (vocabulary[id] ?? "")))
  };
}

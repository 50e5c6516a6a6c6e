import {type Batch, fixedWindows, sampleBatch} from "../corpus/batches.js";
import {documentStarts, fixedDocuments, sampleDocuments} from "../corpus/documents.js";
import type {Corpus} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import type {Random} from "../random.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import type {TrainConfig} from "./config.js";

/** Where a run's batches come from. */
export interface BatchSource {
  /** A random batch of the training text. */
  sample(random: Random): Batch;
  /** The fixed batches of the validation text that every estimate of its loss is made on. */
  validation(): Batch[];
}

/** Throws RangeError where the corpus has too little text for one row, or no documents. */
export function batchSource(
  {train, val, meta}: Corpus,
  {blockSize}: Pick<ModelConfig, "blockSize">,
  {batchSize, evalBatches, seed, batching}: TrainConfig
): BatchSource {
  const shape = {batchSize, blockSize};
  const validationSet = {...shape, batches: evalBatches, seed};
  if (batching === "windows")
    return {
      sample: (random) => sampleBatch(train, shape, random),
      validation: () => fixedWindows(val, validationSet)
    };
  const tokenizer = readTokenizer(meta.tokenizer);
  // Any token may fill rows up where the vocabulary has none for it: it is masked everywhere.
  const paddingId = tokenizer.paddingId ?? 0;
  const starts = documentStarts(train, tokenizer);
  // Made at once, so that a text without documents is refused before the run begins.
  const fixed = fixedDocuments(val, documentStarts(val, tokenizer), {...validationSet, paddingId});
  return {
    sample: (random) => sampleDocuments(train, starts, {...shape, paddingId}, random),
    validation: () => fixed
  };
}

import {type Batch, fixedWindows, sampleBatch} from "../corpus/batches.js";
import type {Corpus} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import type {Random} from "../random.js";
import type {TrainConfig} from "./config.js";

/** Where a run's batches come from. */
export interface BatchSource {
  /** A random batch of the training text. */
  sample(random: Random): Batch;
  /** The fixed batches of the validation text that every estimate of its loss is made on. */
  validation(): Batch[];
}

/** Throws RangeError where the corpus has too little text for one row. */
export function batchSource(
  corpus: Corpus,
  {blockSize}: Pick<ModelConfig, "blockSize">,
  {batchSize, evalBatches, seed}: TrainConfig
): BatchSource {
  const shape = {batchSize, blockSize};
  return {
    sample: (random) => sampleBatch(corpus.train, shape, random),
    validation: () => fixedWindows(corpus.val, {...shape, batches: evalBatches, seed})
  };
}

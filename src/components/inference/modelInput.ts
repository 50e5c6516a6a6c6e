import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";

/** Throws RangeError when the tokenizer has more or fewer tokens than the model. */
export function checkTokenizer(tokenizer: Tokenizer, config: ModelConfig): void {
  const tokens = tokenizer.vocabulary.length;
  if (tokens !== config.vocabSize)
    throw new RangeError(`The tokenizer has ${tokens} tokens, but the model has ${config.vocabSize}.`);
}

/** Throws RangeError unless the ids are `batch` windows of one length, each as `checkIds` wants it. */
export function checkBatch(
  ids: ArrayLike<number>,
  batch: number,
  config: Pick<ModelConfig, "blockSize" | "vocabSize">
): void {
  const length = ids.length / batch;
  if (!Number.isInteger(batch) || batch < 1 || !Number.isInteger(length))
    throw new RangeError(`${ids.length} tokens do not make ${batch} windows of one length.`);
  const windows = Array.from(ids);
  for (let b = 0; b < batch; b++) checkIds(windows.slice(b * length, (b + 1) * length), config);
}

/** Throws RangeError unless there are 1 … blockSize ids, each of the vocabulary. */
export function checkIds(
  ids: ArrayLike<number>,
  {blockSize, vocabSize}: Pick<ModelConfig, "blockSize" | "vocabSize">
): void {
  if (ids.length < 1 || ids.length > blockSize)
    throw new RangeError(`The model takes 1 to ${blockSize} tokens at once; ${ids.length} were given.`);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize)
      throw new RangeError(`Token ${i} is ${id}; ids are whole numbers from 0 to ${vocabSize - 1}.`);
  }
}

import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";

/** Throws RangeError when the tokenizer has more or fewer tokens than the model. */
export function checkTokenizer(tokenizer: Tokenizer, config: ModelConfig): void {
  const tokens = tokenizer.vocabulary.length;
  if (tokens !== config.vocabSize)
    throw new RangeError(`The tokenizer has ${tokens} tokens, but the model has ${config.vocabSize}.`);
}

/** Throws RangeError unless there are 1 … blockSize ids, each of the vocabulary. */
export function checkIds(ids: ArrayLike<number>, {blockSize, vocabSize}: ModelConfig): void {
  if (ids.length < 1 || ids.length > blockSize)
    throw new RangeError(`The model takes 1 to ${blockSize} tokens at once; ${ids.length} were given.`);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize)
      throw new RangeError(`Token ${i} is ${id}; ids are whole numbers from 0 to ${vocabSize - 1}.`);
  }
}

import {PLAIN} from "../../generation/distribution.js";
import {chooseToken} from "../../generation/generate.js";
import {KeyValueCache} from "../../model/keyValueCache.js";
import type {TensorModel} from "../../model/tensorModel.js";
import {readColumns} from "./readColumns.js";

/** Likely enough to read well. */
const TEMPERATURE = 0.6;

/** A token and what it adds to the cache: [layers, heads, 2, headWidth]. */
export interface CachedToken {
  id: number;
  column: Float32Array;
}

/** Continues a prompt until `length` tokens have been read, and hands over each with its keys and values. */
export async function* writeColumns(
  model: TensorModel,
  prompt: readonly number[],
  {length, seed}: {length: number; seed: number}
): AsyncGenerator<CachedToken, void, void> {
  const cache = new KeyValueCache();
  try {
    let ids = [...prompt];
    for (let read = 0; ; ) {
      const {scores, columns} = await readColumns(model, cache, ids);
      for (const [i, id] of ids.entries()) yield {id, column: columns[i]!};
      read += ids.length;
      if (read >= length) return;
      ids = [chooseToken(scores, {...PLAIN, temperature: TEMPERATURE}, seed, read).id];
    }
  } finally {
    cache.dispose();
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type {KeyValueCache} from "../../model/keyValueCache.js";
import type {TensorModel} from "../../model/tensorModel.js";
import type {CacheShape} from "./cacheTrace.js";

/** What a transformer's cache is made of. */
export const cacheShapeOf = ({config}: TensorModel): CacheShape => ({
  layers: config.nLayer,
  heads: config.nKvHead,
  headWidth: config.nEmbd / config.nHead
});

/**
 * Reads on with a cache, and copies what each token adds to it: columns [layers, heads, 2, headWidth], one a token, and
 * the scores [V] of the token that follows.
 */
export async function readColumns(
  model: TensorModel,
  cache: KeyValueCache,
  ids: readonly number[]
): Promise<{scores: Float32Array; columns: Float32Array[]}> {
  const {layers, heads: K, headWidth: D} = cacheShapeOf(model);
  const T = ids.length;
  const [next, added] = tf.tidy(() => {
    const parts: tf.Tensor[] = [];
    const tap = (name: string, value: tf.Tensor) => {
      if (/\.attn\.[kv]$/.test(name)) parts.push(tf.reshape(value, [1, K, T, D]));
      return undefined;
    };
    const logits = model.logits(tf.tensor2d(Int32Array.from(ids), [1, T], "int32"), {cache, tap}); // [1, T, V]
    return [tf.slice(logits, [0, T - 1, 0], [1, 1, model.config.vocabSize]), tf.concat(parts, 0)];
  }) as [tf.Tensor, tf.Tensor]; // added: [2L, K, T, D], a layer's keys before its values
  const [scores, numbers] = (await Promise.all([next.data(), added.data()])) as [Float32Array, Float32Array];
  tf.dispose([next, added]);
  const columns = ids.map((_, t) => {
    const column = new Float32Array(layers * K * 2 * D);
    for (let layer = 0; layer < layers; layer++)
      for (let head = 0; head < K; head++)
        for (let kind = 0; kind < 2; kind++) {
          const from = (((2 * layer + kind) * K + head) * T + t) * D;
          column.set(numbers.subarray(from, from + D), ((layer * K + head) * 2 + kind) * D);
        }
    return column;
  });
  return {scores, columns};
}

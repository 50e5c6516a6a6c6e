import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

const forward = wasmKernel(
  "Embedding",
  (place, inputs) => {
    const [table, ids] = inputs as [tf.TensorInfo, tf.TensorInfo];
    const [V, C] = table.shape as [number, number];
    const out = place.make([...ids.shape, C]);
    const count = tf.util.sizeFromShape(ids.shape);
    const done = place.kernels.copyRowsByIds(count, V, C, place.at(table), place.at(ids), place.at(out));
    if (done < count)
      throw new RangeError(
        `Place ${done} holds an id that is not in 0 … ${V - 1}: the table has no row for it.`
      );
    return [out];
  },
  ["float32", "int32"]
);

const gradient = wasmKernel<{V: number}>(
  "EmbeddingGradient",
  (place, inputs, {V}) => {
    const [dy, ids] = inputs as [tf.TensorInfo, tf.TensorInfo];
    const C = dy.shape.at(-1)!;
    const out = place.make([V, C]);
    const count = tf.util.sizeFromShape(ids.shape);
    place.kernels.addRowsByIds(count, V, C, place.at(dy), place.at(ids), place.at(out));
    return [out];
  },
  ["float32", "int32"]
);

/** `embedding` on wasm; its gradient adds row after row, in the order of the places. */
export const wasmEmbedding = {
  /** Throws RangeError for an id that the table does not have. */
  forward: (table: tf.Tensor, ids: tf.Tensor): tf.Tensor => forward([table, ids], {})[0]!,
  backward: (dy: tf.Tensor, ids: tf.Tensor, V: number): tf.Tensor => gradient([dy, ids], {V})[0]!
};

import * as tf from "@tensorflow/tfjs-core";

/**
 * A row for every id, 1 in the id's column and 0 elsewhere; all 0 where the id is not in 0 … V − 1.
 * ids [..] int32 → [N, V].
 */
export function oneHot(ids: tf.Tensor, V: number): tf.Tensor2D {
  // On webgpu a cast only calls the integers float32, which kernels of ours would take at its word; on wasm it is the
  // op that would write float32 wrongly by itself.
  const dtype = tf.getBackend() === "webgpu" ? "float32" : "int32";
  // tfjs makes no fewer than two columns.
  const wide = tf.oneHot(tf.reshape(ids, [-1]), Math.max(2, V), 1, 0, dtype) as tf.Tensor2D;
  return tf.cast(V < 2 ? tf.slice(wide, [0, 0], [-1, V]) : wide, "float32");
}

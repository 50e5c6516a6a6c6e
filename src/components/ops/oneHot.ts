import * as tf from "@tensorflow/tfjs-core";

/**
 * A row for every id, 1 in the id's column and 0 elsewhere; all 0 where the id is not in 0 … V − 1.
 * ids [..] int32 → [N, V].
 */
export function oneHot(ids: tf.Tensor, V: number): tf.Tensor2D {
  // tfjs makes no fewer than two columns.
  const wide = tf.oneHot(tf.reshape(ids, [-1]), Math.max(2, V)) as tf.Tensor2D;
  // On wasm it would write float32 wrongly by itself.
  return tf.cast(V < 2 ? tf.slice(wide, [0, 0], [-1, V]) : wide, "float32");
}

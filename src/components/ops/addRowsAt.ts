import * as tf from "@tensorflow/tfjs-core";

/**
 * Adds row positions[t] of a table to the vector at place t: x [1, T, C] + table [rows, C], positions [T] int32 →
 * [1, T, C]. Unlike `addRows` it reads the positions from a tensor. What is added where a position is no row of the
 * table means nothing. For inference only.
 */
export function addRowsAt(x: tf.Tensor, table: tf.Tensor, positions: tf.Tensor): tf.Tensor {
  return tf.add(x, tf.gather(table, positions));
}

import * as tf from "@tensorflow/tfjs-core";
import {matmul} from "./matmul.js";
import {oneHot} from "./oneHot.js";

/**
 * Scores whose softmax is (count + α) / Σ (count + α), the share of each token among those that followed this one,
 * with α = `smoothing` added to every count (Laplace): counts [V, V], ids [B, T] int32 → [B, T, V]. Not learnt by
 * gradient: `countPairs` makes the counts.
 */
export function countedLogits(counts: tf.Tensor, ids: tf.Tensor, smoothing: number): tf.Tensor {
  const rows = tf.gather(counts, tf.reshape(ids, [-1]));
  return tf.reshape(tf.log(tf.add(rows, smoothing)), [...ids.shape, counts.shape[1]!]);
}

/**
 * How often each token (column) follows each other one (row) in a batch: inputs and targets [..] int32 → [V, V].
 * Targets of −1 are not counted.
 */
export function countPairs(inputs: tf.Tensor, targets: tf.Tensor, vocabSize: number): tf.Tensor {
  return matmul(oneHot(inputs, vocabSize), oneHot(targets, vocabSize), true);
}

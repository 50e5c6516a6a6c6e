import * as tf from "@tensorflow/tfjs-core";

/**
 * A·B over the last two axes, with either side transposed on request: [.., M, K] · [.., K, N] → [.., M, N].
 *
 * tfjs's wasm backend multiplies a plain matrix product ten times faster than a transposed one, so there the
 * transposition is a step of its own; other backends read the transposed operand directly.
 */
export function matmul(a: tf.Tensor, b: tf.Tensor, transposeA = false, transposeB = false): tf.Tensor {
  if (tf.getBackend() !== "wasm") return tf.matMul(a, b, transposeA, transposeB);
  return tf.matMul(transposeA ? swapLastAxes(a) : a, transposeB ? swapLastAxes(b) : b);
}

function swapLastAxes(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(x, axes);
}

/** [.., C] → [N, C]: every vector of the last axis becomes a row. */
export function rows(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape.at(-1)!]);
}

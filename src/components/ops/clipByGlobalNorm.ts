import * as tf from "@tensorflow/tfjs-core";

/**
 * Scales all gradients by one factor so that the norm of their concatenation is at most `limit` (Pascanu et al.
 * 2013). Returns the scaled gradients and the norm before, a scalar that stays on the device.
 */
export function clipByGlobalNorm<K extends string>(
  gradients: Record<K, tf.Tensor>,
  limit: number
): {clipped: Record<K, tf.Tensor>; norm: tf.Scalar} {
  const all = Object.values<tf.Tensor>(gradients);
  // One at a time: a single sum of them all reads more buffers than a WebGPU kernel may bind.
  const squares = all.map((g) => tf.sum(tf.square(g)) as tf.Tensor).reduce((a, b) => tf.add(a, b));
  const norm = tf.sqrt(squares) as tf.Scalar;
  // The same tiny term as PyTorch's clip_grad_norm_, against a norm of zero.
  const factor = tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));
  const clipped = {} as Record<K, tf.Tensor>;
  for (const name in gradients) clipped[name] = tf.mul(gradients[name], factor);
  return {clipped, norm};
}

import * as tf from "@tensorflow/tfjs-core";
import {wasmClip} from "./wasm/wasmClip.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";

/** The norm of the concatenation of all gradients, a scalar that stays on the device. */
export function globalNorm(gradients: Record<string, tf.Tensor>): tf.Scalar {
  if (wasmKernelsAreOn()) return wasmClip.globalNorm(Object.values(gradients));
  // One at a time: a single sum of them all reads more buffers than a WebGPU kernel may bind.
  const squares = Object.values(gradients).map((g) => tf.sum(tf.square(g)) as tf.Tensor);
  return tf.sqrt(squares.reduce((a, b) => tf.add(a, b))) as tf.Scalar;
}

/**
 * Scales all gradients by one factor so that the norm of their concatenation is at most `limit` (Pascanu et al.
 * 2013). Returns the scaled gradients and the norm before; where these are not all of a model's gradients, that of
 * them all is to be given.
 */
export function clipByGlobalNorm<K extends string>(
  gradients: Record<K, tf.Tensor>,
  limit: number,
  norm = globalNorm(gradients)
): {clipped: Record<K, tf.Tensor>; norm: tf.Scalar} {
  if (wasmKernelsAreOn()) return {clipped: wasmClip.clip(gradients, limit, norm), norm};
  const factor = clipFactor(norm, limit);
  const clipped = {} as Record<K, tf.Tensor>;
  for (const name in gradients) clipped[name] = tf.mul(gradients[name], factor);
  return {clipped, norm};
}

/** What gradients of that norm are multiplied by, a scalar. */
export const clipFactor = (norm: tf.Scalar, limit: number): tf.Scalar =>
  // The same tiny term as PyTorch's clip_grad_norm_, against a norm of zero.
  tf.minimum(1, tf.div(limit, tf.add(norm, 1e-6)));

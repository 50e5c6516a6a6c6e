import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {matmul} from "./matmul.js";

/** What is added to a forbidden score: after softmax its weight is exactly 0 in float32. */
const FORBIDDEN = -1e9;

/**
 * Scaled dot-product attention with a causal mask (Vaswani et al. 2017): softmax(q·kᵀ/√D + mask)·v, where the
 * mask forbids a position to see later ones. q, k, v [B, H, T, D] → [B, H, T, D].
 *
 * With w the weights and dw = dy·vᵀ: dv = wᵀ·dy, ds = w ∘ (dw − Σ w ∘ dw), dq = ds·k/√D, dk = dsᵀ·q/√D.
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
  const scale = 1 / Math.sqrt(q.shape.at(-1)!);
  return differentiable(
    [q, k, v],
    (q, k, v) => {
      const weights = attentionWeights(q, k);
      return {value: matmul(weights, v), saved: [q, k, v, weights]};
    },
    (dy, saved) => {
      const [q, k, v, weights] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const weightGradient = tf.mul(weights, matmul(dy, v, false, true));
      const total = tf.sum(weightGradient, -1, true);
      const scoreGradient = tf.mul(tf.sub(weightGradient, tf.mul(weights, total)), scale);
      return [matmul(scoreGradient, k), matmul(scoreGradient, q, true), matmul(weights, dy, true)];
    }
  );
}

/** How much each position (row) takes from each earlier one (column): [B, H, T, T], every row sums to 1. */
export function attentionWeights(q: tf.Tensor, k: tf.Tensor): tf.Tensor {
  const [, , T, D] = q.shape as [number, number, number, number];
  const scores = tf.mul(matmul(q, k, false, true), 1 / Math.sqrt(D));
  return tf.softmax(tf.add(scores, causalMask(T)));
}

/** [T, T]: 0 on and below the diagonal, a very negative number above it. */
function causalMask(T: number): tf.Tensor {
  const position = tf.range(0, T, 1, "int32");
  const isLater = tf.greater(tf.reshape(position, [1, T]), tf.reshape(position, [T, 1]));
  return tf.mul(tf.cast(isLater, "float32"), FORBIDDEN);
}

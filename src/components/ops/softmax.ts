import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/**
 * Positive shares that sum to 1, over the last axis: p = eˣ / Σ eˣ, x [.., N] → [.., N]. Stable: the largest x is taken
 * out first, which changes nothing but keeps eˣ from overflowing (TensorFlow.js's own softmax does so).
 */
export function softmax(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => {
      const p = tf.softmax(x);
      return {value: p, saved: [p]};
    },
    (dp, [p]) => [softmaxBackward(p!, dp)]
  );
}

/** dx = p ∘ (dp − Σ p ∘ dp): raising one share lowers the others. p, dp [.., N] → [.., N]. */
export function softmaxBackward(p: tf.Tensor, dp: tf.Tensor): tf.Tensor {
  const weighted = tf.mul(p, dp);
  return tf.sub(weighted, tf.mul(p, tf.sum(weighted, -1, true)));
}

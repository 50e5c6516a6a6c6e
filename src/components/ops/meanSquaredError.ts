import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** The mean of (y − target)² over all elements: same shapes → scalar. dy = 2(y − target)/N. */
export function meanSquaredError(y: tf.Tensor, target: tf.Tensor): tf.Tensor {
  return differentiable(
    [y],
    (y) => {
      const difference = tf.sub(y, target);
      return {value: tf.mean(tf.square(difference)), saved: [difference]};
    },
    (dLoss, [difference]) => [tf.mul(difference!, tf.div(tf.mul(dLoss, 2), difference!.size))]
  );
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** The residual connection: a + b, same shapes. The gradient passes to both sides unchanged. */
export function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return differentiable(
    [a, b],
    (a, b) => ({value: tf.add(a, b)}),
    (dy) => [dy, dy]
  );
}

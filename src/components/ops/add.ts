import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** The residual connection: a + b, same shapes. The gradient passes to both sides unchanged. */
export function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return differentiable(
    [a, b],
    (a, b) => ({value: tf.add(a, b)}),
    // Two tensors: tfjs frees the gradient of one side when it adds another to it, and the other side's must live on.
    (dy) => [dy, tf.clone(dy)]
  );
}

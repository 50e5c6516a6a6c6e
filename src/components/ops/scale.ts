import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** x · factor; dx = dy · factor. */
export function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({value: tf.mul(x, factor)}),
    (dy) => [tf.mul(dy, factor)]
  );
}

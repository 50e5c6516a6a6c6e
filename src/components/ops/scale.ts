import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {kernelsAreOn} from "./webgpu/kernels.js";
import {multiply} from "./webgpu/scale.js";

const times = (x: tf.Tensor, factor: number): tf.Tensor =>
  kernelsAreOn() ? multiply(x, factor) : tf.mul(x, factor);

/** x · factor; dx = dy · factor. */
export function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({value: times(x, factor)}),
    (dy) => [times(dy, factor)]
  );
}

import type * as tf from "@tensorflow/tfjs-core";
import {elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

const scale = webgpuKernel<{factor: number}>("Scale", ({inputs: {x}, attributes: {factor}}) =>
  elementwise({name: "Scale", code: `y[i] = x[i] * ${f32(factor)};`, inputs: {x: x!}, outputs: ["y"]})
);

/** x · factor, with nothing to be copied to the device: x [..] → [..]. */
export const multiply = (x: tf.Tensor, factor: number): tf.Tensor => scale({x}, {factor})[0]!;

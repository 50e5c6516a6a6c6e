import type * as tf from "@tensorflow/tfjs-core";
import {elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

/** a·x + b·y in one dispatch, for tensors of one shape. */
export const webgpuCombination = (a: number, x: tf.Tensor, b: number, y: tf.Tensor): tf.Tensor =>
  run({x, y}, {a, b})[0]!;

const run = webgpuKernel<{a: number; b: number}>("LinearCombination", ({inputs, attributes: {a, b}}) =>
  elementwise({
    name: "LinearCombination",
    code: `sum[i] = E(${f32(a)}) * x[i] + E(${f32(b)}) * y[i];`,
    inputs,
    outputs: ["sum"]
  })
);

import type * as tf from "@tensorflow/tfjs-core";
import {relu} from "../ops/activations.js";
import {linear} from "../ops/linear.js";
import type {Random} from "../random.js";
import type {ParameterData} from "./parameters.js";
import {get, type Parameters} from "./pass.js";

/**
 * A network of two layers from one number to one number: y = W₂·relu(W₁x + b₁) + b₂. Each of its F hidden units bends
 * the curve once, where its x·w + b is 0; with enough of them it comes as near to any continuous function on an
 * interval as wanted (Cybenko 1989; Hornik 1991). x [N, 1] → [N, 1].
 */
export function functionNetwork(parameters: Parameters, x: tf.Tensor): tf.Tensor {
  const hidden = linear(x, get(parameters, "c_fc.weight"), get(parameters, "c_fc.bias")); // [N, F]
  return linear(relu(hidden), get(parameters, "c_proj.weight"), get(parameters, "c_proj.bias")); // [N, 1]
}

/**
 * Its parameters before training, for inputs from −1 to 1: unit i bends at a random place, rising to its right or to
 * its left, and the outputs begin small (He et al. 2015: deviation √(2/F)).
 */
export function initialiseFunctionNetwork(units: number, random: Random): ParameterData {
  if (!Number.isInteger(units) || units < 1 || units > 4096)
    throw new RangeError(`The number of hidden units is ${units}; it must be a whole number from 1 to 4096.`);
  const fill = (size: number, draw: (i: number) => number) =>
    Float32Array.from({length: size}, (_, i) => draw(i));
  const slopes = fill(units, () => random.normal());
  return {
    "c_fc.weight": {shape: [1, units], data: slopes},
    "c_fc.bias": {shape: [units], data: fill(units, (i) => -slopes[i]! * (2 * random.uniform() - 1))},
    "c_proj.weight": {shape: [units, 1], data: fill(units, () => Math.sqrt(2 / units) * random.normal())},
    "c_proj.bias": {shape: [1], data: new Float32Array(1)}
  };
}

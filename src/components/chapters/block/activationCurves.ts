import * as tf from "@tensorflow/tfjs-core";
import {gelu, geluExact, relu, swiGlu} from "../../ops/activations.js";

/** An activation function with its slope, at evenly spaced places. */
export interface ActivationCurve {
  name: string;
  value: number[];
  slope: number[];
}

export interface ActivationCurves {
  x: number[];
  curves: ActivationCurve[];
}

const FUNCTIONS: [name: string, f: (x: tf.Tensor) => tf.Tensor][] = [
  ["ReLU", relu],
  ["GELU", gelu],
  ["GELU, exact", geluExact],
  // Its other input scales it; here that is 1.
  ["SwiGLU", (x) => swiGlu(x, tf.ones(x.shape))]
];

/** The model's own operations and their own backward passes, from −4 to 4, on tfjs's current backend. */
export async function activationCurves(points = 81): Promise<ActivationCurves> {
  const x = Array.from({length: points}, (_, i) => -4 + (8 * i) / (points - 1));
  const curves = FUNCTIONS.map(([name, f]): ActivationCurve => {
    const [value, slope] = tf.tidy(() => {
      const {value, grads} = tf.valueAndGrads((x: tf.Tensor) => f(x))([tf.tensor1d(x)]);
      return [value.dataSync(), grads[0]!.dataSync()];
    });
    return {name, value: [...value].map(shorten), slope: [...slope].map(shorten)};
  });
  return {x, curves};
}

const shorten = (y: number): number => Number(y.toFixed(4));

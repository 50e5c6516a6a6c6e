import * as tf from "@tensorflow/tfjs-core";
import {linear} from "../../ops/linear.js";
import type {LinearCase, LinearResult} from "./protocol.js";

/** Carries out a linear layer and its backward pass with the op that trains the models, on tfjs's current backend. */
export async function runLinear(layer: LinearCase): Promise<LinearResult> {
  const tensors = tf.tidy(() => {
    const x = tf.tensor2d(layer.x, [layer.rows, layer.inputs]);
    const weight = tf.tensor2d(layer.weight, [layer.inputs, layer.outputs]);
    const bias = tf.tensor1d(layer.bias);
    const dy = tf.tensor2d(layer.dy, [layer.rows, layer.outputs]);
    const product = linear(x, weight, null);
    const y = linear(x, weight, bias);
    const [dx, dWeight, dBias] = tf.grads((x, weight, bias) => linear(x, weight, bias))(
      [x, weight, bias],
      dy
    );
    return {product, y, dx: dx!, dWeight: dWeight!, dBias: dBias!};
  });
  const read = async (tensor: tf.Tensor) => Array.from(await tensor.data());
  const result = {
    product: await read(tensors.product),
    y: await read(tensors.y),
    dx: await read(tensors.dx),
    dWeight: await read(tensors.dWeight),
    dBias: await read(tensors.dBias)
  };
  tf.dispose(Object.values(tensors));
  return result;
}

import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

const forward = wasmKernel("Gelu", (place, inputs) => {
  const [x] = inputs as [tf.TensorInfo];
  const out = place.make(x.shape);
  place.kernels.gelu(tf.util.sizeFromShape(x.shape), place.at(x), place.at(out));
  return [out];
});

const gradient = wasmKernel("GeluGradient", (place, inputs) => {
  const [x, dy] = inputs as [tf.TensorInfo, tf.TensorInfo];
  const dx = place.make(x.shape);
  place.kernels.geluGradient(tf.util.sizeFromShape(x.shape), place.at(x), place.at(dy), place.at(dx));
  return [dx];
});

/** `gelu` on wasm, in one pass each way. */
export const wasmGelu = {
  forward: (x: tf.Tensor): tf.Tensor => forward([x], {})[0]!,
  backward: (x: tf.Tensor, dy: tf.Tensor): tf.Tensor => gradient([x, dy], {})[0]!
};

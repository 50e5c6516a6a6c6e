import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

const turn = wasmKernel("Rotary", (place, inputs) => {
  const [x, cos, sin] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
  const [places, half] = cos.shape as [number, number];
  const rows = tf.util.sizeFromShape(x.shape) / (2 * half);
  const out = place.make(x.shape);
  place.kernels.rotary(rows, places, half, place.at(x), place.at(cos), place.at(sin), place.at(out));
  return [out];
});

/** x [.., T, D] turned in one pass on wasm; cos and sin [T, D/2]. */
export const wasmRotary = (x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor =>
  turn([x, cos, sin], {})[0]!;

import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

/** What decides which elements drop, as the kernels take it. */
export interface DropoutKey {
  /** What the number of an element is added to before it is hashed, modulo 2³². */
  first: number;
  /** The least hash that survives; 0 for no dropout. */
  threshold: number;
  kept: number;
}

const multiply = wasmKernel<{key: DropoutKey}>("Dropout", (place, inputs, {key}) => {
  const [x] = inputs as [tf.TensorInfo];
  const out = place.make(x.shape);
  const size = tf.util.sizeFromShape(x.shape);
  place.kernels.dropout(size, key.first, key.threshold, key.kept, place.at(x), place.at(out));
  return [out];
});

/** x ∘ mask on wasm, with the mask never in memory. */
export const wasmDropout = (x: tf.Tensor, key: DropoutKey): tf.Tensor => multiply([x], {key})[0]!;

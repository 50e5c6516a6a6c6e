import * as tf from "@tensorflow/tfjs-core";
import type {WasmBackend} from "./kernels.js";

/**
 * Lets `tf.clone` share its tensor's values on wasm, as it does on every other backend and as `tf.reshape` does on this
 * one. tfjs copies them there, and clones all that a forward pass keeps for the backward one. Values are never changed
 * in place.
 */
export function shareCopies(): void {
  const identity = tf.getKernel(tf.Identity, "wasm");
  if (!identity || identity.kernelFunc === share) return;
  tf.unregisterKernel(tf.Identity, "wasm");
  tf.registerKernel({...identity, kernelFunc: share});
}

function share({inputs, backend}: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  const {x} = inputs as {x: tf.TensorInfo};
  (backend as WasmBackend).incRef(x.dataId);
  return {dataId: x.dataId, shape: x.shape, dtype: x.dtype};
}

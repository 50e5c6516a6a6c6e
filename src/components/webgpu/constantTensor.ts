import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "./backend.js";
import {externalTensor} from "./externalTensor.js";

const kept = new WeakMap<GPUDevice, Map<string, tf.Tensor>>();

/**
 * A table that kernels read and nobody changes, such as angles of positions: made and copied to the device once, then
 * the same tensor for the same key as long as the device lives. Its buffer is its own, so a capture that is disposed
 * of does not take it away.
 */
export function constantTensor(
  key: string,
  shape: number[],
  make: () => Float32Array | Int32Array
): tf.Tensor {
  const backend = webgpuBackend();
  let tensors = kept.get(backend.device);
  if (!tensors) {
    tensors = new Map();
    kept.set(backend.device, tensors);
  }
  let tensor = tensors.get(key);
  if (!tensor) {
    const values = make();
    // STORAGE | COPY_SRC
    const buffer = backend.device.createBuffer({
      size: values.byteLength,
      usage: 0x80 | 0x04,
      mappedAtCreation: true
    });
    new (values.constructor as Float32ArrayConstructor)(buffer.getMappedRange()).set(values);
    buffer.unmap();
    tensor = externalTensor(buffer, shape, values instanceof Int32Array ? "int32" : "float32");
    tensors.set(key, tensor);
  }
  return tensor;
}

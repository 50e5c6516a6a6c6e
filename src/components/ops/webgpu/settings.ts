import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {externalInfo} from "../../webgpu/externalTensor.js";

const kept = new WeakMap<GPUDevice, Map<string, tf.TensorInfo>>();

/**
 * A few whole numbers that a kernel reads from a buffer, so that its code is the same whatever they are: int32 [n].
 * The same numbers are the same buffer, written once, as long as the device lives; a capture can hold it.
 */
export function settings(...numbers: number[]): tf.TensorInfo {
  const {device} = webgpuBackend();
  let known = kept.get(device);
  if (!known) {
    known = new Map();
    kept.set(device, known);
  }
  const key = numbers.join(" ");
  let info = known.get(key);
  if (!info) {
    // STORAGE | COPY_SRC; the constants themselves are not everywhere where a device is.
    const buffer = device.createBuffer({
      size: 4 * numbers.length,
      usage: 0x80 | 0x04,
      mappedAtCreation: true
    });
    new Int32Array(buffer.getMappedRange()).set(numbers);
    buffer.unmap();
    info = externalInfo(buffer, [numbers.length], "int32");
    known.set(key, info);
  }
  return info;
}

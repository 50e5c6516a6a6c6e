import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "./backend.js";
import {bufferUsage} from "./bufferUsage.js";
import {externalInfo, externalTensor} from "./externalTensor.js";

/** What kernels read and nobody changes, by a key that says what it is; for each device. */
class Constants<T> {
  private readonly kept = new WeakMap<GPUDevice, Map<string, T>>();

  constructor(private readonly wrap: (buffer: GPUBuffer, shape: number[], dtype: Dtype) => T) {}

  get(key: string, shape: number[], make: () => Float32Array | Int32Array): T {
    const {device} = webgpuBackend();
    let known = this.kept.get(device);
    if (!known) {
      known = new Map();
      this.kept.set(device, known);
    }
    let constant = known.get(key);
    if (constant === undefined) {
      const values = make();
      const buffer = device.createBuffer({
        size: values.byteLength,
        usage: bufferUsage.storage | bufferUsage.copySource,
        mappedAtCreation: true
      });
      new (values.constructor as Float32ArrayConstructor)(buffer.getMappedRange()).set(values);
      buffer.unmap();
      constant = this.wrap(buffer, shape, values instanceof Int32Array ? "int32" : "float32");
      known.set(key, constant);
    }
    return constant;
  }
}

type Dtype = "float32" | "int32";

const infos = new Constants<tf.TensorInfo>(externalInfo);
const tensors = new Constants<tf.Tensor>(externalTensor);

/**
 * A table that kernels read and nobody changes, such as angles of positions: made and copied to the device once, then
 * the same for the same key as long as the device lives. Its buffer is its own, so a capture that is disposed of does
 * not take it away. TensorFlow.js does not count it.
 */
export const constantInfo = infos.get.bind(infos);

/** The same as a tensor that TensorFlow.js counts, for ops of its own. */
export const constantTensor = tensors.get.bind(tensors);

import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "./backend.js";

/** A tensor whose values are written from outside between two replays of a capture that reads it. */
export class InputTensor {
  readonly tensor: tf.Tensor;
  private readonly buffer: GPUBuffer;
  private readonly queue: GPUQueue;

  /** All 0 at first. */
  constructor(shape: number[], dtype: "float32" | "int32") {
    const backend = webgpuBackend();
    this.queue = backend.queue;
    this.buffer = backend.device.createBuffer({
      size: 4 * tf.util.sizeFromShape(shape),
      // STORAGE | COPY_DST | COPY_SRC
      usage: 0x80 | 0x08 | 0x04
    });
    const dataId = {};
    backend.tensorMap.set(dataId, {
      dtype,
      shape,
      values: null,
      refCount: 1,
      resource: this.buffer,
      external: true
    });
    this.tensor = tf.keep(tf.engine().makeTensorFromDataId(dataId, shape, dtype, backend));
  }

  /** Takes effect before whatever is submitted next. */
  write(values: Int32Array | Float32Array): void {
    this.queue.writeBuffer(this.buffer, 0, values as Int32Array<ArrayBuffer>);
  }

  dispose(): void {
    this.tensor.dispose();
    this.buffer.destroy();
  }
}

import * as tf from "@tensorflow/tfjs-core";
import {flush, type WebgpuBackend, webgpuBackend} from "./backend.js";
import {bufferUsage} from "./bufferUsage.js";
import {externalTensor} from "./externalTensor.js";

/** A tensor whose values are written from outside between two replays of a capture that reads it. */
export class InputTensor {
  readonly tensor: tf.Tensor;
  private readonly buffer: GPUBuffer;
  private readonly queue: GPUQueue;
  private readonly backend: WebgpuBackend;

  /** All 0 at first. */
  constructor(shape: number[], dtype: "float32" | "int32") {
    this.backend = webgpuBackend();
    this.queue = this.backend.queue;
    const {storage, copyTarget, copySource} = bufferUsage;
    this.buffer = this.backend.device.createBuffer({
      size: 4 * tf.util.sizeFromShape(shape),
      usage: storage | copyTarget | copySource
    });
    this.tensor = externalTensor(this.buffer, shape, dtype);
  }

  /** Takes effect before whatever is submitted next. */
  write(values: Int32Array | Float32Array): void {
    this.queue.writeBuffer(this.buffer, 0, values as Int32Array<ArrayBuffer>);
  }

  dispose(): void {
    this.tensor.dispose();
    // Commands that read it may still wait to be submitted.
    flush(this.backend);
    this.buffer.destroy();
  }
}

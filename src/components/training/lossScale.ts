import type * as tf from "@tensorflow/tfjs-core";
import type {LossScaleState} from "../ops/lossScaleState.js";
import {InputTensor} from "../webgpu/inputTensor.js";

/** Where PyTorch's GradScaler begins, too: the first steps halve it as often as they must. */
const FIRST: LossScaleState = [2 ** 16, 0];

/**
 * What the loss is multiplied by before gradients are computed in half precision, and gradients divided by after. It
 * lives on the device, where each update changes it.
 */
export class LossScale {
  private readonly state = new InputTensor([2], "float32");

  constructor(state: LossScaleState = FIRST) {
    this.state.write(Float32Array.from(state));
  }

  /** For kernels. */
  get tensor(): tf.Tensor {
    return this.state.tensor;
  }

  /** Copied off the device. */
  async data(): Promise<LossScaleState> {
    const [scale, updates] = await this.tensor.data();
    return [scale!, updates!];
  }

  dispose(): void {
    this.state.dispose();
  }
}

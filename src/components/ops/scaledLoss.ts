import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {type LossScaleTensor, timesLossScale} from "./webgpu/lossScale.js";

/**
 * The loss itself, with gradients that are `lossScale` times as large, so that small ones do not vanish in half
 * precision (Micikevicius et al. 2018, 3.2): [] → [].
 */
export const scaledLoss = (loss: tf.Tensor, lossScale: LossScaleTensor): tf.Tensor =>
  differentiable(
    [loss],
    (loss) => ({value: tf.clone(loss)}),
    (dy) => [timesLossScale(dy, lossScale)]
  );

import * as tf from "@tensorflow/tfjs-core";
import {forgetRead} from "../webgpu/externalTensor.js";
import {copyInto} from "./webgpu/copy.js";

/**
 * Gives a variable new values of the same shape. On WebGPU they are copied into the buffer that it has, which a captured
 * step and flat parameters need it to keep, and every tensor that shares that buffer changes with it; elsewhere
 * it takes over the value's own data. Throws RangeError where the shapes differ.
 */
export function assign(variable: tf.Variable, value: tf.Tensor): void {
  if (tf.getBackend() !== "webgpu") {
    variable.assign(value);
    return;
  }
  if (!tf.util.arraysEqual(variable.shape, value.shape))
    throw new RangeError(
      `Values of shape [${value.shape}] do not fit a variable of shape [${variable.shape}].`
    );
  if (value.dataId === variable.dataId) return;
  forgetRead([variable]);
  copyInto(variable, [{source: value, offset: 0}]);
}

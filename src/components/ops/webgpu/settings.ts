import type * as tf from "@tensorflow/tfjs-core";
import {constantInfo} from "../../webgpu/constantTensor.js";

/**
 * A few whole numbers that a kernel reads from a buffer, so that its code is the same whatever they are: int32 [n].
 * The same numbers are the same buffer, written once, as long as the device lives; a capture can hold it.
 */
export const settings = (...numbers: number[]): tf.TensorInfo =>
  constantInfo(numbers.join(" "), [numbers.length], () => Int32Array.from(numbers));

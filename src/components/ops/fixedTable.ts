import * as tf from "@tensorflow/tfjs-core";
import {constantTensor} from "../webgpu/constantTensor.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/**
 * A table [rows, columns] of numbers that follow from its size. Where a step may be captured it is the same tensor each
 * time, copied to the device once; elsewhere it belongs to the scope around. `name` tells tables of the same size
 * apart.
 */
export function fixedTable(
  name: string,
  [rows, columns]: [rows: number, columns: number],
  make: (rows: number, columns: number) => Float32Array
): tf.Tensor {
  if (!kernelsAreOn()) return tf.tensor2d(make(rows, columns), [rows, columns]);
  return constantTensor(`${name} ${rows} ${columns}`, [rows, columns], () => make(rows, columns));
}

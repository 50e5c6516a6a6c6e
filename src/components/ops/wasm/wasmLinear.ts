import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";
import {type Matrix, multiply} from "./wasmMatmul.js";

interface Settings {
  /** Whether the weight is [O, I]. */
  transposed: boolean;
}

const forward = wasmKernel<Settings>("Linear", (place, inputs, {transposed}) => {
  const [x, weight, bias] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo?];
  const [w, a] = [matrix(place.at(weight), weight), matrix(place.at(x), x)];
  const out = place.make([...x.shape.slice(0, -1), transposed ? w.rows : w.columns]);
  multiply(place, 1, a, {...w, transposed}, place.at(out), place.at(bias));
  return [out];
});

const gradient = wasmKernel<Settings & {hasBias: boolean}>(
  "LinearGradient",
  (place, inputs, {transposed, hasBias}) => {
    const [dy, x, weight] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    const [dx, dWeight] = [place.make(x.shape), place.make(weight.shape)];
    const [d, a, w] = [dy, x, weight].map((tensor) => matrix(place.at(tensor), tensor)) as [
      Matrix,
      Matrix,
      Matrix
    ];
    multiply(place, 1, d, {...w, transposed: !transposed}, place.at(dx));
    const [left, right] = transposed ? [d, a] : [a, d];
    multiply(place, 1, {...left, transposed: true}, right, place.at(dWeight));
    if (!hasBias) return [dx, dWeight];
    const dBias = place.make([d.columns]);
    place.kernels.sumRows(d.rows, d.columns, d.address, 0, place.at(dBias));
    return [dx, dWeight, dBias];
  }
);

/** Every vector of the last axis as a row. */
function matrix(address: number, {shape}: tf.TensorInfo): Matrix {
  const columns = shape.at(-1)!;
  return {address, rows: tf.util.sizeFromShape(shape) / columns, columns};
}

/** `linear` and `unembed` (`transposed`) on wasm: the bias is added where the product is written. */
export const wasmLinear = {
  forward: (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | undefined, transposed = false): tf.Tensor =>
    forward(bias ? [x, weight, bias] : [x, weight], {transposed})[0]!,
  /** dx, dW and, with a bias, db. */
  backward: (
    dy: tf.Tensor,
    x: tf.Tensor,
    weight: tf.Tensor,
    hasBias: boolean,
    transposed = false
  ): tf.Tensor[] => gradient([dy, x, weight], {transposed, hasBias})
};

const rowSum = wasmKernel("SumRows", (place, inputs) => {
  const [x] = inputs as [tf.TensorInfo];
  const {address, rows, columns} = matrix(place.at(x), x);
  const out = place.make([columns]);
  place.kernels.sumRows(rows, columns, address, 0, place.at(out));
  return [out];
});

/** `sumRows` on wasm. */
export const wasmSumRows = (x: tf.Tensor): tf.Tensor => rowSum([x], {})[0]!;

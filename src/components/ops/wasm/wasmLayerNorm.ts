import * as tf from "@tensorflow/tfjs-core";
import {EPSILON} from "../epsilon.js";
import {wasmKernel} from "./wasmKernel.js";

const forward = wasmKernel("LayerNorm", (place, inputs) => {
  const [x, gain, bias] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo?];
  const columns = x.shape.at(-1)!;
  const made = [x.shape, x.shape, [...x.shape.slice(0, -1), 1]].map(place.make);
  place.kernels.layerNorm(
    tf.util.sizeFromShape(x.shape) / columns,
    columns,
    EPSILON,
    ...([x, gain, bias, ...made].map(place.at) as [number, number, number, number, number, number])
  );
  return made;
});

const gradient = wasmKernel<{hasBias: boolean}>("LayerNormGradient", (place, inputs, {hasBias}) => {
  const [dy, normalised, inverseDeviation, gain] = inputs.map(place.at) as [number, number, number, number];
  const {shape} = inputs[0]!;
  const columns = shape.at(-1)!;
  const rows = tf.util.sizeFromShape(shape) / columns;
  const made = [shape, [columns], ...(hasBias ? [[columns]] : [])].map(place.make);
  const [dx, dGain, dBias] = made.map(place.at) as [number, number, number?];
  place.kernels.layerNormGradient(rows, columns, dy, normalised, inverseDeviation, gain, dx);
  place.kernels.sumRows(rows, columns, dy, normalised, dGain);
  if (dBias) place.kernels.sumRows(rows, columns, dy, 0, dBias);
  return made;
});

/** `layerNorm` on wasm: two passes over each vector forward, and two backward. */
export const wasmLayerNorm = {
  /** The value, and what is to be saved: the normalised vectors and one inverse deviation for each. */
  forward: (x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor | undefined) =>
    forward(bias ? [x, gain, bias] : [x, gain], {}) as [tf.Tensor, tf.Tensor, tf.Tensor],
  /** dx, dgain and, with a bias, dbias. */
  backward: (
    dy: tf.Tensor,
    normalised: tf.Tensor,
    inverseDeviation: tf.Tensor,
    gain: tf.Tensor,
    hasBias: boolean
  ): tf.Tensor[] => gradient([dy, normalised, inverseDeviation, gain], {hasBias})
};

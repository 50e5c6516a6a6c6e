import * as tf from "@tensorflow/tfjs-core";
import {EPSILON} from "../epsilon.js";
import {wasmKernel} from "./wasmKernel.js";

interface Settings {
  /** Whether it takes the mean away first: LayerNorm does, RMSNorm does not. */
  centres: boolean;
}

const forward = wasmKernel<Settings>("LayerNorm", (place, inputs, {centres}) => {
  const [x, gain, bias] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo?];
  const columns = x.shape.at(-1)!;
  const made = [x.shape, x.shape, [...x.shape.slice(0, -1), 1]].map(place.make);
  place.kernels.layerNorm(
    tf.util.sizeFromShape(x.shape) / columns,
    columns,
    centres,
    EPSILON,
    ...([x, gain, bias, ...made].map(place.at) as [number, number, number, number, number, number])
  );
  return made;
});

const gradient = wasmKernel<Settings & {hasBias: boolean}>(
  "LayerNormGradient",
  (place, inputs, {centres, hasBias}) => {
    const [dy, normalised, inverseDeviation, gain] = inputs.map(place.at) as [number, number, number, number];
    const {shape} = inputs[0]!;
    const columns = shape.at(-1)!;
    const rows = tf.util.sizeFromShape(shape) / columns;
    const made = [shape, [columns], ...(hasBias ? [[columns]] : [])].map(place.make);
    const [dx, dGain, dBias] = made.map(place.at) as [number, number, number?];
    place.kernels.layerNormGradient(rows, columns, centres, dy, normalised, inverseDeviation, gain, dx);
    place.kernels.sumRows(rows, columns, dy, normalised, dGain);
    if (dBias) place.kernels.sumRows(rows, columns, dy, 0, dBias);
    return made;
  }
);

const norm = (settings: Settings) => ({
  /** The value, and what is to be saved: the normalised vectors and one inverse deviation for each. */
  forward: (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) =>
    forward(bias ? [x, gain, bias] : [x, gain], settings) as [tf.Tensor, tf.Tensor, tf.Tensor],
  /** dx, dgain and, with a bias, dbias. */
  backward: (
    dy: tf.Tensor,
    normalised: tf.Tensor,
    inverseDeviation: tf.Tensor,
    gain: tf.Tensor,
    hasBias = false
  ): tf.Tensor[] => gradient([dy, normalised, inverseDeviation, gain], {...settings, hasBias})
});

/** `layerNorm` on wasm. */
export const wasmLayerNorm = norm({centres: true});

/** `rmsNorm` on wasm. */
export const wasmRmsNorm = norm({centres: false});

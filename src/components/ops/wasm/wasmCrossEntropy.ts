import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

interface Settings {
  smoothing: number;
}

const forward = wasmKernel<Settings>(
  "CrossEntropy",
  (place, inputs, {smoothing}) => {
    const [logits, targets] = inputs as [tf.TensorInfo, tf.TensorInfo];
    const out = place.make([]);
    const [N, V] = [tf.util.sizeFromShape(targets.shape), logits.shape.at(-1)!];
    place.kernels.crossEntropy(N, V, smoothing, place.at(logits), place.at(targets), place.at(out));
    return [out];
  },
  ["float32", "int32"]
);

const gradient = wasmKernel<Settings>(
  "CrossEntropyGradient",
  (place, inputs, {smoothing}) => {
    const [logits, targets, dy] = inputs as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    const out = place.make(logits.shape);
    const [N, V] = [tf.util.sizeFromShape(targets.shape), logits.shape.at(-1)!];
    const [x, t, d, dx] = [logits, targets, dy, out].map(place.at) as [number, number, number, number];
    place.kernels.crossEntropyGradient(N, V, smoothing, x, t, d, dx);
    return [out];
  },
  ["float32", "int32"]
);

/** `crossEntropy` on wasm, without a matrix of wanted shares. */
export const wasmCrossEntropy = {
  forward: (logits: tf.Tensor, targets: tf.Tensor, smoothing: number): tf.Tensor =>
    forward([logits, targets], {smoothing})[0]!,
  backward: (dy: tf.Tensor, logits: tf.Tensor, targets: tf.Tensor, smoothing: number): tf.Tensor =>
    gradient([logits, targets, dy], {smoothing})[0]!
};

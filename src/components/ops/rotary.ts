import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {rotaryAngles} from "./rotaryAngles.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmRotary} from "./wasm/wasmRotary.js";

/**
 * Rotary positions (Su et al. 2021): at position t, the pair of numbers i and i + D/2 turns by the angle
 * t / 10000^(2i/D), so that the dot product of two turned vectors depends only on how far apart they are. Positions
 * count from `first`. x [.., T, D] → [.., T, D], D even; the pairing is Llama's.
 *
 * A rotation's gradient is the rotation back: dx = dy turned by the negative angles.
 */
export function rotary(x: tf.Tensor, first: number): tf.Tensor {
  const [T, D] = x.shape.slice(-2) as [number, number];
  return differentiable(
    [x],
    (x) => ({value: turn(x, rotaryAngles(first, T, D), 1)}),
    (dy) => [turn(dy, rotaryAngles(first, T, D), -1)]
  );
}

function turn(x: tf.Tensor, angles: Float64Array, direction: 1 | -1): tf.Tensor {
  const D = x.shape.at(-1)!;
  const shape = [angles.length / (D / 2), D / 2];
  const cos = tf.tensor(Float32Array.from(angles, Math.cos), shape);
  const sin = tf.tensor(
    Float32Array.from(angles, (angle) => direction * Math.sin(angle)),
    shape
  );
  if (wasmKernelsAreOn()) return wasmRotary(x, cos, sin);
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], -1);
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** The slowest pair turns by about 1/BASE a position; the value of the paper and of Llama. */
const BASE = 10_000;

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

/** The angles of T positions from `first` on, for each of the D/2 pairs: [T, D/2], row-major. */
export function rotaryAngles(first: number, T: number, D: number): Float32Array {
  const angles = new Float32Array((T * D) / 2);
  for (let t = 0; t < T; t++)
    for (let i = 0; i < D / 2; i++) angles[(t * D) / 2 + i] = (first + t) / BASE ** ((2 * i) / D);
  return angles;
}

function turn(x: tf.Tensor, angles: Float32Array, direction: 1 | -1): tf.Tensor {
  const D = x.shape.at(-1)!;
  const shape = [angles.length / (D / 2), D / 2];
  // Computed in float64: a float32 sine of a large angle differs from backend to backend.
  const cos = tf.tensor(angles.map(Math.cos), shape);
  const sin = tf.tensor(
    angles.map((angle) => direction * Math.sin(angle)),
    shape
  );
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat([tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(b, cos), tf.mul(a, sin))], -1);
}

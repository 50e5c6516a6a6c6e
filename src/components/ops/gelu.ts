import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/**
 * GELU in its tanh form (Hendrycks & Gimpel 2016), as GPT-2 uses it, elementwise:
 * ½x(1 + tanh u) with u = √(2/π)·(x + 0.044715x³).
 *
 * Since ½(1 + tanh u) = σ(2u), it is written x·σ(2u): the same function with one operation fewer, and the
 * logistic is the quicker of the two on every backend.
 * dx = dy ∘ (s + x·s(1 − s)·2u′) with s = σ(2u), u′ = √(2/π)·(1 + 3·0.044715x²).
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({value: tf.mul(x, gate(x)), saved: [x]}),
    (dy, [input]) => {
      const x = input!;
      const s = gate(x);
      const twiceSlope = tf.add(tf.mul(tf.square(x), 2 * SCALE * 3 * CUBIC), 2 * SCALE);
      const bend = tf.mul(tf.mul(x, twiceSlope), tf.mul(s, tf.sub(1, s)));
      return [tf.mul(dy, tf.add(s, bend))];
    }
  );
}

/** σ(2u), the share of x that passes. */
function gate(x: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), 2 * SCALE * CUBIC), 2 * SCALE)));
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {wasmGelu} from "./wasm/wasmGelu.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import * as webgpu from "./webgpu/activations.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** The rectifier, elementwise: max(0, x). dx = dy where x > 0, else 0. */
export function relu(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({value: kernelsAreOn() ? webgpu.activationForward("relu", x) : tf.relu(x), saved: [x]}),
    (dy, [x]) => [
      kernelsAreOn()
        ? webgpu.activationBackward("relu", x!, dy)
        : tf.mul(dy, tf.cast(tf.greater(x!, 0), "float32"))
    ]
  );
}

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
    (x) => {
      if (wasmKernelsAreOn()) return {value: wasmGelu.forward(x), saved: [x]};
      return {
        value: kernelsAreOn() ? webgpu.activationForward("gelu", x) : tf.mul(x, geluGate(x)),
        saved: [x]
      };
    },
    (dy, [input]) => {
      const x = input!;
      if (kernelsAreOn()) return [webgpu.activationBackward("gelu", x, dy)];
      if (wasmKernelsAreOn()) return [wasmGelu.backward(x, dy)];
      const s = geluGate(x);
      const twiceSlope = tf.add(tf.mul(tf.square(x), 2 * SCALE * 3 * CUBIC), 2 * SCALE);
      const bend = tf.mul(tf.mul(x, twiceSlope), tf.mul(s, tf.sub(1, s)));
      return [tf.mul(dy, tf.add(s, bend))];
    }
  );
}

/** σ(2u), the share of x that passes. */
function geluGate(x: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), 2 * SCALE * CUBIC), 2 * SCALE)));
}

/**
 * GELU itself (Hendrycks & Gimpel 2016), elementwise: x·Φ(x) with Φ(x) = ½(1 + erf(x/√2)), the share of a normal
 * distribution below x. dx = dy ∘ (Φ(x) + x·φ(x)), φ the normal density.
 */
export function geluExact(x: tf.Tensor): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({
      value: kernelsAreOn() ? webgpu.activationForward("geluExact", x) : tf.mul(x, normalShare(x)),
      saved: [x]
    }),
    (dy, [input]) => {
      const x = input!;
      if (kernelsAreOn()) return [webgpu.activationBackward("geluExact", x, dy)];
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(normalShare(x), tf.mul(x, density)))];
    }
  );
}

function normalShare(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

/**
 * SwiGLU (Shazeer 2020), elementwise: swish(gate) ∘ value with swish(g) = g·σ(g). gate, value [..] → [..].
 *
 * With s = σ(gate): dgate = dy ∘ value ∘ (s + gate·s(1 − s)), dvalue = dy ∘ gate·s.
 */
export function swiGlu(gate: tf.Tensor, value: tf.Tensor): tf.Tensor {
  return differentiable(
    [gate, value],
    (gate, value) => ({
      value: kernelsAreOn()
        ? webgpu.swiGluForward(gate, value)
        : tf.mul(tf.mul(gate, tf.sigmoid(gate)), value),
      saved: [gate, value]
    }),
    (dy, saved) => {
      const [gate, value] = saved as [tf.Tensor, tf.Tensor];
      if (kernelsAreOn()) return webgpu.swiGluBackward(gate, value, dy);
      const s = tf.sigmoid(gate);
      const swish = tf.mul(gate, s);
      const slope = tf.add(s, tf.mul(swish, tf.sub(1, s)));
      return [tf.mul(dy, tf.mul(value, slope)), tf.mul(dy, swish)];
    }
  );
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {EPSILON} from "./epsilon.js";
import {sumRows} from "./matmul.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmRmsNorm} from "./wasm/wasmLayerNorm.js";
import {kernelsAreOn} from "./webgpu/kernels.js";
import {normKernels} from "./webgpu/norm.js";

/** Tried against the definition below before it is used. */
const kernels = normKernels("RmsNorm", (x, gain) => rmsNorm(x, gain));

/**
 * Root-mean-square normalisation (Zhang & Sennrich 2019): each vector of the last axis is divided by the root of
 * its mean square, then multiplied by a learned gain. x [.., C], gain [C].
 *
 * With r = √(mean(x²) + ε), x̂ = x/r and g = dy ∘ gain: dx = (g − x̂ ∘ mean(g ∘ x̂)) / r,  dgain = Σ dy ∘ x̂.
 */
export function rmsNorm(x: tf.Tensor, gain: tf.Tensor): tf.Tensor {
  if (kernelsAreOn())
    return differentiable(
      [x, gain],
      (x, gain) => {
        const [value, measures] = kernels.forward(x, gain);
        return {value, saved: [measures, x, gain]};
      },
      (dy, [measures, x, gain]) => kernels.backward(dy, measures!, x!, gain!)
    );
  return differentiable(
    [x, gain],
    (x, gain) => {
      if (wasmKernelsAreOn()) {
        const [value, ...measures] = wasmRmsNorm.forward(x, gain);
        return {value, saved: [...measures, gain]};
      }
      const inverseRoot = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), EPSILON));
      const normalised = tf.mul(x, inverseRoot);
      return {value: tf.mul(normalised, gain), saved: [normalised, inverseRoot, gain]};
    },
    (dy, saved) => {
      const [normalised, inverseRoot, gain] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      if (wasmKernelsAreOn()) return wasmRmsNorm.backward(dy, normalised, inverseRoot, gain);
      const g = tf.mul(dy, gain);
      const alongInput = tf.mul(normalised, tf.mean(tf.mul(g, normalised), -1, true));
      return [tf.mul(tf.sub(g, alongInput), inverseRoot), sumRows(tf.mul(dy, normalised))];
    }
  );
}

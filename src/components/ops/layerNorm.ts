import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {EPSILON} from "./epsilon.js";
import {sumRows} from "./matmul.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmLayerNorm} from "./wasm/wasmLayerNorm.js";
import {kernelsAreOn} from "./webgpu/kernels.js";
import {normKernels} from "./webgpu/norm.js";

/** Tried against the definition below before it is used. */
const kernels = normKernels("LayerNorm", (x, gain, bias) => layerNorm(x, gain, bias ?? null));

/**
 * Layer normalisation (Ba, Kiros & Hinton 2016): each vector of the last axis is shifted to mean 0, scaled to
 * variance 1, then multiplied by a learned gain and shifted by a learned bias, if there is one. x [.., C], gain [C],
 * bias [C].
 *
 * With x̂ = (x − μ)/σ and g = dy ∘ gain:
 * dx = (g − mean(g) − x̂ ∘ mean(g ∘ x̂)) / σ,  dgain = Σ dy ∘ x̂,  dbias = Σ dy.
 */
export function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  if (kernelsAreOn())
    return differentiable<tf.Tensor[]>(
      bias ? [x, gain, bias] : [x, gain],
      (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) => {
        const [value, measures] = kernels.forward(x, gain, bias);
        return {value, saved: [measures, x, gain, ...(bias ? [bias] : [])]};
      },
      (dy, [measures, x, gain, bias]) => kernels.backward(dy, measures!, x!, gain!, bias)
    );
  return differentiable<tf.Tensor[]>(
    bias ? [x, gain, bias] : [x, gain],
    (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) => {
      if (wasmKernelsAreOn()) {
        const [value, ...measures] = wasmLayerNorm.forward(x, gain, bias);
        return {value, saved: [...measures, gain]};
      }
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const variance = tf.mean(tf.square(centred), -1, true);
      const inverseDeviation = tf.rsqrt(tf.add(variance, EPSILON));
      const normalised = tf.mul(centred, inverseDeviation);
      return {
        value: bias ? tf.add(tf.mul(normalised, gain), bias) : tf.mul(normalised, gain),
        saved: [normalised, inverseDeviation, gain]
      };
    },
    (dy, saved) => {
      const [normalised, inverseDeviation, gain] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      if (wasmKernelsAreOn())
        return wasmLayerNorm.backward(dy, normalised, inverseDeviation, gain, bias !== null);
      const g = tf.mul(dy, gain);
      const alongInput = tf.mul(normalised, tf.mean(tf.mul(g, normalised), -1, true));
      return [
        tf.mul(tf.sub(tf.sub(g, tf.mean(g, -1, true)), alongInput), inverseDeviation),
        sumRows(tf.mul(dy, normalised)),
        ...(bias ? [sumRows(dy)] : [])
      ];
    }
  );
}

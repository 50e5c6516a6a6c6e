import * as tf from "@tensorflow/tfjs-core";
import {wasmAdamW} from "./wasm/wasmAdamW.js";

export interface AdamWSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** θ, m and v: what an update reads and replaces. */
export type AdamWState<T> = [parameter: T, firstMoment: T, secondMoment: T];

/**
 * One AdamW update in place (Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019), with g the gradient
 * and t = `step` counted from 1:
 *
 *   m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
 *   θ ← θ − η·λ·θ − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * θ, m, v and g have the same shape.
 */
export function adamW(
  parameter: tf.Variable,
  firstMoment: tf.Variable,
  secondMoment: tf.Variable,
  gradient: tf.Tensor,
  step: number,
  settings: AdamWSettings
): void {
  tf.tidy(() => {
    const state: AdamWState<tf.Variable> = [parameter, firstMoment, secondMoment];
    const fused = tf.getBackend() === "wasm" ? wasmAdamW(state, gradient, step, settings) : null;
    const updated = fused ?? update(state, gradient, step, settings);
    for (const [i, variable] of state.entries()) variable.assign(updated[i]!);
  });
}

/** The formula above, by tfjs's operations. */
function update(
  [parameter, firstMoment, secondMoment]: AdamWState<tf.Tensor>,
  gradient: tf.Tensor,
  step: number,
  {learningRate, beta1, beta2, epsilon, weightDecay}: AdamWSettings
): AdamWState<tf.Tensor> {
  const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const rootOfV = tf.sqrt(tf.div(v, 1 - beta2 ** step));
  const change = tf.div(tf.mul(m, learningRate / (1 - beta1 ** step)), tf.add(rootOfV, epsilon));
  const decayed = weightDecay === 0 ? parameter : tf.mul(parameter, 1 - learningRate * weightDecay);
  return [tf.sub(decayed, change), m, v];
}

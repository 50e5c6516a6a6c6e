import * as tf from "@tensorflow/tfjs-core";
import {assign} from "./assign.js";
import {areNumbers, type Rates} from "./rates.js";
import {wasmAdamW} from "./wasm/wasmAdamW.js";

export interface AdamWSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** θ, m and v: what an update reads and replaces. */
export type AdamWState<T> = [parameter: T, firstMoment: T, secondMoment: T];

/**
 * One AdamW update in place (Kingma & Ba 2015; decoupled decay: Loshchilov & Hutter 2019), with g the gradient
 * and t the update, counted from 1:
 *
 *   m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
 *   θ ← θ − η·λ·θ − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
 *
 * θ, m, v and g have the same shape; `ratesAt` gives what depends on t and η, and was told the same settings.
 */
export function adamW(
  parameter: tf.Variable,
  firstMoment: tf.Variable,
  secondMoment: tf.Variable,
  gradient: tf.Tensor,
  rates: Rates,
  settings: AdamWSettings
): void {
  tf.tidy(() => {
    const state: AdamWState<tf.Variable> = [parameter, firstMoment, secondMoment];
    const updated = onWasm(state, gradient, rates, settings) ?? update(state, gradient, rates, settings);
    for (const [i, variable] of state.entries()) assign(variable, updated[i]!);
  });
}

function onWasm(
  state: AdamWState<tf.Variable>,
  gradient: tf.Tensor,
  rates: Rates,
  settings: AdamWSettings
): AdamWState<tf.Tensor> | null {
  if (tf.getBackend() !== "wasm" || !areNumbers(rates)) return null;
  const {step, learningRate} = rates;
  return wasmAdamW(state, gradient, step, {...settings, learningRate});
}

/** AdamW's formula, by tfjs's operations. */
function update(
  [parameter, firstMoment, secondMoment]: AdamWState<tf.Tensor>,
  gradient: tf.Tensor,
  {momentRate, squareCorrection, kept}: Rates,
  {beta1, beta2, epsilon, weightDecay}: AdamWSettings
): AdamWState<tf.Tensor> {
  const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const rootOfV = tf.sqrt(tf.div(v, squareCorrection));
  const change = tf.div(tf.mul(m, momentRate), tf.add(rootOfV, epsilon));
  const decayed = weightDecay === 0 ? parameter : tf.mul(parameter, kept);
  return [tf.sub(decayed, change), m, v];
}

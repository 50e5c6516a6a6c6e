import * as tf from "@tensorflow/tfjs-core";

export interface AdamWSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

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
  {learningRate, beta1, beta2, epsilon, weightDecay}: AdamWSettings
): void {
  tf.tidy(() => {
    const m = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const rootOfV = tf.sqrt(tf.div(v, 1 - beta2 ** step));
    const update = tf.div(tf.mul(m, learningRate / (1 - beta1 ** step)), tf.add(rootOfV, epsilon));
    const decayed = weightDecay === 0 ? parameter : tf.mul(parameter, 1 - learningRate * weightDecay);
    parameter.assign(tf.sub(decayed, update));
    firstMoment.assign(m);
    secondMoment.assign(v);
  });
}

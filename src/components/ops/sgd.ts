import * as tf from "@tensorflow/tfjs-core";
import {assign} from "./assign.js";
import type {Rates} from "./rates.js";

export interface SgdSettings {
  /** Added to the gradient as λ·θ. */
  weightDecay: number;
}

/**
 * One step of stochastic gradient descent in place (Robbins & Monro 1951): θ ← θ − η·(g + λθ). Shapes of θ and g agree.
 */
export function sgd(
  parameter: tf.Variable,
  gradient: tf.Tensor,
  {learningRate}: Pick<Rates, "learningRate">,
  {weightDecay}: SgdSettings
): void {
  tf.tidy(() => {
    const descent = withDecay(gradient, parameter, weightDecay);
    assign(parameter, tf.sub(parameter, tf.mul(descent, learningRate)));
  });
}

/**
 * The same with momentum μ (Polyak 1964, as PyTorch arranges it): m ← μm + g + λθ, θ ← θ − η·m. The running sum m begins
 * at 0 and has θ's shape.
 */
export function sgdWithMomentum(
  parameter: tf.Variable,
  momentum: tf.Variable,
  gradient: tf.Tensor,
  {learningRate}: Pick<Rates, "learningRate">,
  {weightDecay, momentum: mu}: SgdSettings & {momentum: number}
): void {
  tf.tidy(() => {
    const m = tf.add(tf.mul(momentum, mu), withDecay(gradient, parameter, weightDecay));
    assign(momentum, m);
    assign(parameter, tf.sub(parameter, tf.mul(m, learningRate)));
  });
}

/** The gradient of the loss plus λ/2·‖θ‖². */
export function withDecay(gradient: tf.Tensor, parameter: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(parameter, weightDecay));
}

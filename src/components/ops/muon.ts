import * as tf from "@tensorflow/tfjs-core";
import {assign} from "./assign.js";
import {matmul} from "./matmul.js";
import type {Rates} from "./rates.js";
import {webgpuCombination} from "./webgpu/combination.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

export interface MuonSettings {
  /** μ. */
  momentum: number;
  /** Decoupled, as AdamW's. */
  weightDecay: number;
}

/** Newton–Schulz steps: five bring all singular values near 1 (Jordan et al. 2024). */
const STEPS = 5;
/** Of their polynomial, chosen to be steep at 0. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * One Muon update of a matrix θ [I, O] in place: momentum with Nesterov's look-ahead, made orthogonal, so that the step is
 * as long in every direction (Jordan et al. 2024):
 *
 *   m ← μm + (1 − μ)g      d = orthogonal((1 − μ)g + μm)
 *   θ ← θ − η·λ·θ − η · 0.2·√max(I, O) · d
 *
 * The factor gives steps the size of AdamW's, so that one learning rate serves both (Liu et al. 2025).
 */
export function muon(
  parameter: tf.Variable,
  momentum: tf.Variable,
  gradient: tf.Tensor,
  {learningRate, kept}: Pick<Rates, "learningRate" | "kept">,
  {momentum: mu, weightDecay}: MuonSettings
): void {
  tf.tidy(() => {
    const g = tf.mul(gradient, 1 - mu);
    const m = tf.add(tf.mul(momentum, mu), g);
    assign(momentum, m);
    const direction = orthogonal(tf.add(g, tf.mul(m, mu)));
    const size = tf.mul(learningRate, stepSize(parameter.shape));
    const decayed = weightDecay === 0 ? parameter : tf.mul(parameter, kept);
    assign(parameter, tf.sub(decayed, tf.mul(direction, size)));
  });
}

/** What the learning rate is multiplied by for a matrix of that shape. */
export const stepSize = (shape: readonly number[]): number => 0.2 * Math.sqrt(Math.max(...shape));

/**
 * Nearly U·Vᵀ of a matrix U·Σ·Vᵀ [I, O], or of each of several [.., I, O]: its singular values go to within about
 * 0.7 … 1.2 by a polynomial in it, which needs products only. A matrix of zeros stays one.
 */
export function orthogonal(matrix: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [I, O] = matrix.shape.slice(-2) as [number, number];
    const isTall = I > O;
    const norms = tf.sqrt(tf.sum(tf.square(matrix), [-2, -1], true));
    let x = tf.div(matrix, tf.maximum(norms, 1e-7));
    for (let i = 0; i < STEPS; i++) {
      // XᵀX or X·Xᵀ: the polynomial in the smaller of the two.
      const square = matmul(x, x, isTall, !isTall);
      const polynomial = combination(B, square, C, matmul(square, square));
      x = combination(A, x, 1, isTall ? matmul(x, polynomial) : matmul(polynomial, x));
    }
    return x;
  });
}

/** a·x + b·y, for tensors of one shape. */
const combination = (a: number, x: tf.Tensor, b: number, y: tf.Tensor): tf.Tensor =>
  kernelsAreOn() ? webgpuCombination(a, x, b, y) : tf.add(tf.mul(x, a), b === 1 ? y : tf.mul(y, b));

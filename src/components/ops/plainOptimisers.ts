import type {AdamWSettings} from "./adamW.js";
import {ratesAt} from "./ratesAt.js";

/** A few parameters, and what an optimiser remembers of their gradients. */
export interface PlainState {
  parameters: readonly number[];
  firstMoments: readonly number[];
  secondMoments: readonly number[];
  /** Updates done. */
  step: number;
}

export interface PlainSettings extends AdamWSettings {
  learningRate: number;
  momentum: number;
}

export type PlainRule = "sgd" | "momentum" | "adamW";

/** Before the first update. */
export const plainState = (parameters: readonly number[]): PlainState => ({
  parameters,
  firstMoments: parameters.map(() => 0),
  secondMoments: parameters.map(() => 0),
  step: 0
});

/**
 * One update of a few numbers by the rules of `sgd.ts` and `adamW.ts`, in plain arithmetic and double precision: for
 * figures that must answer a slider at once, without an engine. Tests hold it against those two.
 */
export function plainUpdate(
  rule: PlainRule,
  state: PlainState,
  gradient: readonly number[],
  settings: PlainSettings
): PlainState {
  const {beta1, beta2, epsilon, weightDecay, learningRate, momentum} = settings;
  const step = state.step + 1;
  const {parameters} = state;
  if (rule === "adamW") {
    const {momentRate, squareCorrection, kept} = ratesAt(step, settings);
    const firstMoments = state.firstMoments.map((m, i) => beta1 * m + (1 - beta1) * gradient[i]!);
    const secondMoments = state.secondMoments.map((v, i) => beta2 * v + (1 - beta2) * gradient[i]! ** 2);
    const change = (i: number) =>
      (momentRate * firstMoments[i]!) / (Math.sqrt(secondMoments[i]! / squareCorrection) + epsilon);
    return {parameters: parameters.map((x, i) => kept * x - change(i)), firstMoments, secondMoments, step};
  }
  const descent = gradient.map((g, i) => g + weightDecay * parameters[i]!);
  const direction =
    rule === "momentum" ? state.firstMoments.map((m, i) => momentum * m + descent[i]!) : descent;
  return {
    ...state,
    parameters: parameters.map((x, i) => x - learningRate * direction[i]!),
    firstMoments: rule === "momentum" ? direction : state.firstMoments,
    step
  };
}

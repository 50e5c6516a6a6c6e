import type {Rates} from "./rates.js";

export interface RateSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  weightDecay: number;
}

/** The rates of update `step`, counted from 1. */
export function ratesAt(
  step: number,
  {learningRate, beta1, beta2, weightDecay}: RateSettings
): Rates<number> {
  return {
    learningRate,
    momentRate: learningRate / (1 - beta1 ** step),
    squareCorrection: 1 - beta2 ** step,
    kept: 1 - learningRate * weightDecay,
    step
  };
}

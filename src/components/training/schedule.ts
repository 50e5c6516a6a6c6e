import type {TrainConfig} from "./config.js";

/**
 * The learning rate of update `step` (counted from 0): a linear warm-up to the peak, then half a cosine down to
 * the minimum at the last step (Loshchilov & Hutter 2017, without restarts; nanoGPT's arrangement).
 */
export function learningRateAt(
  step: number,
  {learningRate, minLearningRate, warmupSteps, steps}: TrainConfig
): number {
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  if (step >= steps) return minLearningRate;
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return minLearningRate + 0.5 * (1 + Math.cos(Math.PI * progress)) * (learningRate - minLearningRate);
}

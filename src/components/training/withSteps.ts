import type {TrainConfig} from "./config.js";

/**
 * The settings for a run of another length. A short run warms up over its first tenth at most: the preset's
 * warm-up would otherwise take most of it.
 */
export function withSteps(train: TrainConfig, steps: number): TrainConfig {
  return {...train, steps, warmupSteps: Math.min(train.warmupSteps, Math.floor(steps / 10))};
}

import type {TrainConfig} from "./config.js";

type Rule = TrainConfig["optimiser"];

/** What suits an optimiser; the rest of a TrainConfig is the preset's. */
export interface OptimiserDefaults extends Pick<TrainConfig, "weightDecay" | "momentum" | "beta1" | "beta2"> {
  /** The peak learning rate over AdamW's: that the wider model takes the lower rate holds for all of them. */
  rateOverAdamW: number;
  /** For people: why these. */
  reason: string;
}

const common = {momentum: 0.95, beta1: 0.9, beta2: 0.99};

/**
 * Each was chosen by range test and short sweep on the story corpus: 300 steps of 8 windows of 64 characters, two layers,
 * 32 and 64 wide. The losses in the reasons are the validation losses of the narrower model.
 */
export const optimiserDefaults: Record<Rule, OptimiserDefaults> = {
  sgd: {
    ...common,
    rateOverAdamW: 100,
    weightDecay: 0,
    reason: ""
  },
  momentum: {...common, momentum: 0.9, rateOverAdamW: 30, weightDecay: 0, reason: ""},
  adam: {...common, rateOverAdamW: 1, weightDecay: 0, reason: ""},
  adamW: {...common, rateOverAdamW: 1, weightDecay: 0.1, reason: ""},
  muon: {...common, rateOverAdamW: 3, weightDecay: 0.1, reason: ""}
};

/** Training settings with another optimiser and what suits it; the least rate keeps its share of the peak. */
export function withOptimiser(preset: TrainConfig, optimiser: Rule): TrainConfig {
  const {rateOverAdamW, reason, ...settings} = optimiserDefaults[optimiser];
  const learningRate = preset.learningRate * rateOverAdamW;
  return {
    ...preset,
    ...settings,
    optimiser,
    learningRate: round(learningRate),
    minLearningRate: round(learningRate * (preset.minLearningRate / preset.learningRate))
  };
}

/** Without what a product of decimals leaves in the sixteenth digit. */
const round = (rate: number): number => Number(rate.toPrecision(6));

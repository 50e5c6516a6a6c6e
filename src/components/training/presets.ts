import {type ModelConfig, modelConfig} from "../model/config.js";
import type {TrainConfig} from "./config.js";

export type PresetName = "toy" | "nanogpt-cpu" | "baby" | "full";

export interface Preset {
  /** For people: what this size is for. */
  purpose: string;
  /** The vocabulary size comes from the corpus. */
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
}

/** What all presets share; `defaultReasons.ts` has the reason for each. */
const common = {
  learningRate: 1e-3,
  minLearningRate: 1e-4,
  warmupSteps: 100,
  optimiser: "adamW",
  schedule: "cosine",
  accumulationSteps: 1,
  momentum: 0.95,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
  embeddingDropout: 0,
  attentionDropout: 0,
  residualDropout: 0,
  labelSmoothing: 0,
  batching: "windows",
  overfitOneBatch: false,
  gradientCheckpointing: false,
  precision: "float32",
  evalInterval: 100,
  evalBatches: 20,
  patience: 0,
  checkpointInterval: 0,
  seed: 1337
} satisfies Partial<TrainConfig>;

export const presets: Record<PresetName, Preset> = {
  toy: {
    purpose: "Learns to spell and quote within minutes, on any machine.",
    model: modelConfig({nLayer: 5, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 128}),
    train: {...common, batchSize: 12, steps: 1000, learningRate: 3e-3, minLearningRate: 3e-4}
  },
  "nanogpt-cpu": {
    purpose: "nanoGPT's configuration for a laptop without a GPU.",
    model: modelConfig({nLayer: 4, nHead: 4, nEmbd: 128, nInner: 512, blockSize: 64}),
    train: {...common, batchSize: 12, steps: 2000}
  },
  baby: {
    purpose: "nanoGPT's “baby GPT”: good prose from a GPU in minutes to an hour.",
    model: modelConfig({nLayer: 6, nHead: 6, nEmbd: 384, nInner: 1536, blockSize: 256}),
    train: {...common, batchSize: 64, steps: 5000, evalInterval: 250, evalBatches: 10}
  },
  full: {
    purpose: "The largest that a tab trains in reasonable time; needs a fast GPU.",
    model: modelConfig({nLayer: 6, nHead: 8, nEmbd: 512, nInner: 2048, blockSize: 256}),
    train: {
      ...common,
      batchSize: 64,
      steps: 5000,
      learningRate: 6e-4,
      minLearningRate: 6e-5,
      evalInterval: 250,
      evalBatches: 10
    }
  }
};

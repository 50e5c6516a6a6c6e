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

/** What all presets share, each with its reason. */
const common = {
  // A peak ten times the minimum: nanoGPT's rule of thumb, after Chinchilla.
  learningRate: 1e-3,
  minLearningRate: 1e-4,
  // Adam's second moment is a poor estimate at first; small steps until it has seen about a hundred gradients.
  warmupSteps: 100,
  // The optimiser of GPT-2 and its descendants: bears badly scaled gradients, decays without distorting them.
  optimiser: "adamW",
  // Long steps while there is far to go, ever smaller ones to settle: a cosine needs no more settings.
  schedule: "cosine",
  // The whole batch at once; pieces save memory and change nothing else.
  accumulationSteps: 1,
  // For momentum and Muon: an average over about 20 steps (Jordan et al. 2024).
  momentum: 0.95,
  beta1: 0.9,
  // Small batches make squared gradients noisy: average over about 100 steps instead of 20 (β₂ = 0.95).
  beta2: 0.99,
  epsilon: 1e-8,
  // GPT-3's value; on matrices only, since biases and gains have nothing to shrink towards zero for.
  weightDecay: 0.1,
  // GPT-2's and GPT-3's value; touches only the rare very large gradient.
  clipNorm: 1,
  // A pass or two over a text of a megabyte leaves little to learn by heart: dropout would only slow it down.
  embeddingDropout: 0,
  attentionDropout: 0,
  residualDropout: 0,
  // The loss is then −ln p itself, which the floor and the measurements speak of.
  labelSmoothing: 0,
  // Every token of the text is seen in every place of a window.
  batching: "windows",
  overfitOneBatch: false,
  // Time is scarcer than memory at these sizes.
  gradientCheckpointing: false,
  // Every engine has it, and the same curve everywhere comes before memory.
  precision: "float32",
  // Often enough for a smooth curve, seldom enough to cost a few per cent of the time.
  evalInterval: 100,
  // 20 batches put the standard error of the estimate near 0.01 nats.
  evalBatches: 20,
  // The schedule ends the run; a loss that rises meanwhile costs nothing, since the best model is kept.
  patience: 0,
  checkpointInterval: 0,
  seed: 1337
} satisfies Partial<TrainConfig>;

export const presets: Record<PresetName, Preset> = {
  toy: {
    purpose: "Learns to spell and quote within minutes, on any machine.",
    model: modelConfig({nLayer: 5, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 128}),
    // A narrow model bears a higher rate: after 1,000 steps on tiny Shakespeare this one reaches 2.06.
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

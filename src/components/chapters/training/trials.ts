import {type ModelConfig, modelConfig} from "../../model/config.js";
import type {TrainConfig} from "../../training/config.js";
import {optimiserDefaults} from "../../training/optimiserDefaults.js";
import {presets} from "../../training/presets.js";
import {withSteps} from "../../training/withSteps.js";

/** One of the chapter's recorded runs: what is trained, and on how much of the text. */
export interface Trial {
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
  /** Tokens of the training text, from its start; all of it when absent. */
  textLength?: number;
  /** Whether the norm of every step's gradient is kept. */
  keepsNorms?: boolean;
  /** Whether the training loss is kept beside the held-out one. */
  keepsLosses?: boolean;
}

/** Small enough that a run takes seconds, and all of them minutes. */
const MODEL = modelConfig({nLayer: 2, nHead: 2, nEmbd: 32, nInner: 128, blockSize: 64});
const TRAIN: TrainConfig = {
  ...withSteps({...presets.toy.train, batchSize: 8}, 400),
  evalInterval: 20,
  evalBatches: 20
};

/** Settings at another peak rate; the least rate keeps its share. */
const atRate = (train: TrainConfig, learningRate: number): TrainConfig => ({
  ...train,
  learningRate,
  minLearningRate: learningRate / 10
});

/** The optimisers that are compared, in the order in which they were invented. */
export const OPTIMISERS = [
  "sgd",
  "momentum",
  "adam",
  "adamW",
  "muon"
] as const satisfies TrainConfig["optimiser"][];
/** Peak rates that each is tried at: about half a power of ten apart. */
export const RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;

export function optimiserTrial(optimiser: TrainConfig["optimiser"], rate: number): Trial {
  const {weightDecay, momentum, beta1, beta2} = optimiserDefaults[optimiser];
  return {
    model: MODEL,
    train: {...atRate(TRAIN, rate), optimiser, weightDecay, momentum, beta1, beta2}
  };
}

/** Peak rates for warm-up and decay: AdamW's best here, and two that are higher. */
export const SCHEDULE_RATES = [0.01, 0.03, 0.1] as const;
export const SCHEDULES = [
  {name: "no warm-up, no decay", warmupSteps: 0, schedule: "constant"},
  {name: "warm-up only", warmupSteps: 40, schedule: "constant"},
  {name: "decay only", warmupSteps: 0, schedule: "cosine"},
  {name: "warm-up and decay", warmupSteps: 40, schedule: "cosine"}
] as const satisfies ({name: string} & Pick<TrainConfig, "warmupSteps" | "schedule">)[];

export function scheduleTrial({warmupSteps, schedule}: (typeof SCHEDULES)[number], rate: number): Trial {
  return {model: MODEL, train: {...atRate(TRAIN, rate), warmupSteps, schedule}};
}

/** A limit that no gradient reaches stands for none. */
export const NO_LIMIT = 1e6;
/** Clipping is tried on SGD with momentum, which takes a step as long as the gradient says. */
export const CLIP_RATES = [0.3, 1] as const;
export const CLIP_NORMS = [1, NO_LIMIT] as const;

export function clippingTrial(clipNorm: number, rate: number): Trial {
  const {weightDecay, momentum} = optimiserDefaults.momentum;
  return {
    model: MODEL,
    train: {...atRate(TRAIN, rate), optimiser: "momentum", weightDecay, momentum, clipNorm},
    keepsNorms: true
  };
}

/** Batch sizes, in windows, and the rates that each is tried at; all read as many tokens. */
export const BATCH_SIZES = [2, 8, 32, 128] as const;
export const BATCH_RATES = [0.001, 0.003, 0.01, 0.03] as const;
/** Tokens that each of them reads: as many as a run of `TRAIN`. */
const BATCH_TOKENS = TRAIN.steps * TRAIN.batchSize * MODEL.blockSize;

export function batchTrial(batchSize: number, rate: number): Trial {
  const steps = BATCH_TOKENS / (batchSize * MODEL.blockSize);
  const train = withSteps({...TRAIN, warmupSteps: steps / 10}, steps);
  return {
    model: MODEL,
    train: {
      ...atRate(train, rate),
      batchSize,
      evalInterval: Math.max(1, steps / 25),
      // As many windows for each size, so that all are measured alike well.
      evalBatches: 256 / batchSize
    }
  };
}

/** Too much to learn, too little to learn it with, and what helps. */
export const FITTINGS = ["tooSmall", "byHeart", "dropout", "moreText"] as const;
export type FittingName = (typeof FITTINGS)[number];

const WIDE = modelConfig({nLayer: 2, nHead: 4, nEmbd: 64, nInner: 256, blockSize: 64});
const FITTING_TRAIN: TrainConfig = {
  ...withSteps(TRAIN, 1000),
  learningRate: 3e-3,
  minLearningRate: 3e-4,
  evalInterval: 40
};
/** Tokens of the short text. */
export const SHORT_TEXT = 2500;

export const fittingTrials: Record<FittingName, Trial> = {
  tooSmall: {
    model: modelConfig({nLayer: 1, nHead: 1, nEmbd: 6, nInner: 24, blockSize: 64}),
    train: {...FITTING_TRAIN, learningRate: 3e-2, minLearningRate: 3e-3},
    keepsLosses: true
  },
  byHeart: {model: WIDE, train: FITTING_TRAIN, textLength: SHORT_TEXT, keepsLosses: true},
  dropout: {
    model: WIDE,
    train: {...FITTING_TRAIN, embeddingDropout: 0.2, attentionDropout: 0.2, residualDropout: 0.2},
    textLength: SHORT_TEXT,
    keepsLosses: true
  },
  moreText: {model: WIDE, train: FITTING_TRAIN, keepsLosses: true}
};

/** One batch, again and again: also what the reader's own run trains. */
export const ONE_BATCH: Trial = {
  model: {...MODEL, blockSize: 32},
  train: {
    ...atRate(withSteps(TRAIN, 300), 0.01),
    batchSize: 4,
    overfitOneBatch: true,
    evalInterval: 30,
    evalBatches: 20
  },
  keepsLosses: true
};

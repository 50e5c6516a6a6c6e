import {type ModelConfig, modelConfig} from "../../model/config.js";
import type {TrainConfig} from "../../training/config.js";
import {presets} from "../../training/presets.js";
import type {PositionKind} from "./positionKinds.js";

/** The context that the compared models train with. */
export const TRAINED_LENGTH = 64;
/** How far beyond it they are measured. */
export const MEASURED_LENGTH = 256;

/** A model small enough to train in seconds on wasm; only `position` differs between those compared. */
export function comparedModel(position: PositionKind, nLayer = 2): Omit<ModelConfig, "vocabSize"> {
  return modelConfig({nLayer, nHead: 4, nEmbd: 32, nInner: 128, blockSize: TRAINED_LENGTH, position});
}

/** How each of them is trained, live and in the recording: the same numbers, so that a live run repeats it. */
export const COMPARED_TRAINING: TrainConfig = {
  ...presets.toy.train,
  batchSize: 8,
  steps: 500,
  // So few numbers bear a high rate, and so few steps need it.
  learningRate: 6e-3,
  minLearningRate: 6e-4,
  warmupSteps: 40,
  evalInterval: 50,
  evalBatches: 16,
  seed: 4
};

/** Four times as long, for the recording only: what the models have become when they are measured beyond their length. */
export const LONG_TRAINING: TrainConfig = {
  ...COMPARED_TRAINING,
  steps: 2000,
  warmupSteps: 100,
  evalInterval: 200
};

/** The models of the recording: the five kinds, and one of a single layer without positions, for the shuffle. */
export const RECORDED_MODELS = {
  "none-1": comparedModel("none", 1),
  none: comparedModel("none"),
  sinusoidal: comparedModel("sinusoidal"),
  learned: comparedModel("learned"),
  rope: comparedModel("rope"),
  alibi: comparedModel("alibi")
} as const satisfies Record<string, Omit<ModelConfig, "vocabSize">>;

export type RecordedName = keyof typeof RECORDED_MODELS;

import {type BatchSize, keptForBackward} from "../model/activations.js";
import type {ModelConfig} from "../model/config.js";
import {parameterCount, parameterShapes} from "../model/parameters.js";
import {workingSpace} from "../model/workingSpace.js";
import type {KernelSet} from "../ops/kernelSets.js";
import type {TrainConfig} from "./config.js";
import {momentNames} from "./moments.js";

/** Bytes of a float32. */
const WORD = 4;

/** What the size of a step depends on; a TrainConfig is one. */
export type TrainingSize = BatchSize & Partial<Pick<TrainConfig, "optimiser">>;

/** Bytes that a training step needs at the least, by what they hold. */
export interface TrainingMemory {
  parameters: number;
  gradients: number;
  /** What the optimiser remembers: AdamW's two running means, or less. */
  moments: number;
  /** The batch, and what the forward pass leaves for the backward pass. */
  activations: number;
  /** All of these. */
  total: number;
  /** What a step makes besides and frees before its end, at most; the rest is exact. */
  working: number;
}

/** Sizes of what training must hold at once, where these kernels compute. */
export function trainingMemory(config: ModelConfig, batch: TrainingSize, kernels: KernelSet): TrainingMemory {
  const parameters = WORD * parameterCount(config);
  // While a piece of a batch is computed, the sum of those before is held beside it.
  const pieces = (batch.accumulationSteps ?? 1) > 1 ? 2 : 1;
  const gradients = config.architecture === "bigram" ? 0 : pieces * parameters;
  const moments = WORD * momentCount(config, batch.optimiser ?? "adamW");
  const activations = WORD * keptForBackward(config, batch, kernels);
  return {
    parameters,
    gradients,
    moments,
    activations,
    total: parameters + moments + gradients + activations,
    // Once the activations are gone, gradients are added up and clipped: as many numbers again.
    working: Math.max(WORD * workingSpace(config, batch, kernels), gradients - activations)
  };
}

function momentCount(config: ModelConfig, optimiser: TrainConfig["optimiser"]): number {
  const shapes = parameterShapes(config);
  const {first, second} = momentNames(optimiser, shapes);
  return [...first, ...second].reduce((sum, name) => sum + shapes[name]!.reduce((a, b) => a * b, 1), 0);
}

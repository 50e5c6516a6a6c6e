import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import type {AdamWSettings} from "../../src/components/ops/adamW.js";
import type {DropoutSite} from "../../src/components/ops/dropout.js";
import type {TrainConfig} from "../../src/components/training/config.js";

export interface FlatTensor {
  shape: number[];
  data: number[];
}

/** What one call of an operation gives; one that is never differentiated has neither dy nor gradients. */
export interface OpCase {
  op: string;
  inputs: Record<string, FlatTensor>;
  constants: Record<string, unknown>;
  value: FlatTensor;
  dy?: FlatTensor;
  gradients: Record<string, FlatTensor>;
}

/** A matrix before and after each of three steps, and the gradients that it was given. */
export interface OptimiserSteps {
  start: FlatTensor;
  gradients: FlatTensor[];
  after: FlatTensor[];
}

/** What PyTorch computed; see make_ops.py. */
export const fixtures = JSON.parse(
  readFileSync(new URL("../fixtures/ops.json", import.meta.url), "utf8")
) as {
  ops: Record<string, OpCase>;
  /** Which of the first 64 elements survive at a place, one digit each. */
  dropoutMasks: {place: DropoutSite; kept: string}[];
  adamW: {
    settings: AdamWSettings & {learningRate: number};
    start: FlatTensor;
    gradients: FlatTensor[];
    after: FlatTensor[];
  };
  optimisers: {
    settings: AdamWSettings & {learningRate: number; momentum: number};
    wide: Record<TrainConfig["optimiser"], OptimiserSteps>;
    tall: {muon: OptimiserSteps};
  };
  oneCycle: Pick<TrainConfig, "learningRate" | "minLearningRate" | "warmupSteps" | "steps"> & {
    rates: number[];
  };
  clip: {limit: number; norm: number; before: FlatTensor[]; after: FlatTensor[]}[];
};

export const toTensor = ({shape, data}: FlatTensor): tf.Tensor => tf.tensor(data, shape);

/** float32 sums of tens of terms, in whatever order a backend adds them: a few units in the seventh digit. */
export const FORWARD_TOLERANCE = 2e-6;
/** Gradients pass through two such sums. */
export const GRADIENT_TOLERANCE = 5e-6;

/** Largest |a − b| over the largest |b| (or 1 where b is smaller): a relative error that small entries cannot inflate. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let scale = 1;
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    const difference = Math.abs(actual[i]! - expected[i]!);
    error = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(error, difference);
  }
  return error / scale;
}

import {readFileSync} from "node:fs";
import * as tf from "@tensorflow/tfjs-core";

export interface FlatTensor {
  shape: number[];
  data: number[];
}

export interface OpCase {
  inputs: Record<string, FlatTensor>;
  constants: Record<string, unknown>;
  value: FlatTensor;
  dy: FlatTensor;
  gradients: Record<string, FlatTensor>;
}

/** What PyTorch computed; see make_ops.py. */
export const fixtures = JSON.parse(
  readFileSync(new URL("../fixtures/ops.json", import.meta.url), "utf8")
) as {
  ops: Record<string, OpCase>;
  adamW: {
    settings: {learningRate: number; beta1: number; beta2: number; epsilon: number; weightDecay: number};
    start: FlatTensor;
    gradients: FlatTensor[];
    after: FlatTensor[];
  };
  clip: {limit: number; norm: number; before: FlatTensor[]; after: FlatTensor[]}[];
};

export const toTensor = ({shape, data}: FlatTensor): tf.Tensor => tf.tensor(data, shape);

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

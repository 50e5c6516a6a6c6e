import * as tf from "@tensorflow/tfjs-core";
import {expect} from "vitest";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {type Kernel, listening} from "../../../src/components/webgpu/runner.js";
import {relativeError} from "../fixtures.js";

export interface Parity {
  /** Of the value, relative to its largest element (or 1). */
  forward: number;
  /** Of every gradient, likewise. */
  backward: number;
}

/** An op's value and gradients, read back, and the kernels that ran for each. */
export interface Outcome {
  value: Float32Array;
  gradients: Float32Array[];
  kernels: {forward: string[]; backward: string[]};
}

/** Runs an op forwards and backwards from the gradient dy, with or without kernels. */
export async function outcome(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  dy: tf.Tensor,
  kernels: boolean
): Promise<Outcome> {
  const heard: Outcome["kernels"] = {forward: [], backward: []};
  const note = (into: string[]) => (kernel: Kernel) => void into.push(kernel.name);
  setKernels(kernels);
  try {
    const made = tf.tidy(() => {
      let value: tf.Tensor;
      const gradients = listening(note(heard.backward), () =>
        tf.grads((...xs: tf.Tensor[]) => {
          value = tf.keep(listening(note(heard.forward), () => op(...xs)));
          return value;
        })([...inputs], dy)
      );
      return {value: value!, gradients};
    });
    const read = async (tensor: tf.Tensor) => new Float32Array(await tensor.data());
    const result = {value: await read(made.value), gradients: await Promise.all(made.gradients.map(read))};
    tf.dispose([made.value, made.gradients]);
    return {...result, kernels: heard};
  } finally {
    setKernels(true);
  }
}

/** Holds an op's kernels to the composition that defines it, twice, the second time bit for bit; returns the kernels. */
export async function expectParity(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  dy: tf.Tensor,
  tolerance: Parity
): Promise<Outcome["kernels"]> {
  const kernels = await outcome(op, inputs, dy, true);
  const definition = await outcome(op, inputs, dy, false);
  expect(definition.kernels).toEqual({forward: [], backward: []});
  expect(kernels.kernels.forward, "kernels that ran").not.toEqual([]);
  expect(kernels.kernels.backward, "kernels that ran backwards").not.toEqual([]);
  expect(relativeError(kernels.value, definition.value), "value").toBeLessThan(tolerance.forward);
  expect(kernels.gradients.length).toBe(definition.gradients.length);
  for (const [i, gradient] of kernels.gradients.entries())
    expect(relativeError(gradient, definition.gradients[i]!), `gradient ${i}`).toBeLessThan(
      tolerance.backward
    );
  const again = await outcome(op, inputs, dy, true);
  expect(again.value).toEqual(kernels.value);
  expect(again.gradients).toEqual(kernels.gradients);
  return kernels.kernels;
}

/** Normally distributed numbers that are the same in every run. */
export const normal = (shape: number[], seed: number, deviation = 1): tf.Tensor =>
  tf.randomNormal(shape, 0, deviation, "float32", seed);

import * as tf from "@tensorflow/tfjs-core";
import {expect} from "vitest";
import type {NodeBackendName} from "../../../src/cli/nodeBackends.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

export interface Values {
  shape: number[];
  values: Float32Array;
}

const random = createRandom(23);

/** Normally distributed values of a shape, the same in every run of a file. */
export function normals(...shape: number[]): Values {
  const size = tf.util.sizeFromShape(shape);
  return {shape, values: Float32Array.from({length: size}, () => random.normal())};
}

/** 1 … limit, small sizes as likely as large ones. */
export const size = (limit: number): number => Math.ceil(limit ** random.uniform());

type Op = (inputs: tf.Tensor[]) => tf.Tensor;

/** An operation's value, and the gradients of its inputs for given ones of its value. */
async function results(
  backend: NodeBackendName,
  op: Op,
  inputs: Values[],
  dy: Values
): Promise<Float32Array[]> {
  await useBackend(backend);
  const tensors = tf.tidy(() => {
    const xs = inputs.map(({shape, values}) => tf.tensor(values, shape));
    const value = op(xs);
    expect(value.shape).toEqual(dy.shape);
    const gradients = tf.grads((...xs: tf.Tensor[]) => op(xs))(xs, tf.tensor(dy.values, dy.shape));
    for (const [i, {shape}] of gradients.entries()) expect(shape).toEqual(inputs[i]!.shape);
    return [value, ...gradients];
  });
  const all = (await Promise.all(tensors.map((tensor) => tensor.data()))) as Float32Array[];
  tf.dispose(tensors);
  return all;
}

/**
 * Holds an operation's value and gradients on wasm against its definition by tfjs's operations on the cpu backend, and
 * against themselves a second time, bit for bit. `kernels` are those of ours that it must have run.
 */
export async function expectDefinition(
  op: Op,
  inputs: Values[],
  dyShape: number[],
  {kernels, tolerance}: {kernels: string[]; tolerance: number}
): Promise<void> {
  const dy = normals(...dyShape);
  const expected = await results("cpu", op, inputs, dy);
  const actual = await results("wasm", op, inputs, dy);
  const shapes = inputs.map(({shape}) => `[${shape}]`).join(" ");
  for (const [i, values] of actual.entries())
    expect(relativeError(values, expected[i]!), `result ${i} for ${shapes}`).toBeLessThan(tolerance);
  expect(await results("wasm", op, inputs, dy)).toEqual(actual);

  const before = tf.memory();
  const profile = await tf.profile(() => tf.tidy(() => run(op, inputs, dy)));
  expect(profile.kernels.map(({name}) => name)).toEqual(expect.arrayContaining(kernels));
  expect(tf.memory().numBytes).toBe(before.numBytes);
  expect(tf.memory().numTensors).toBe(before.numTensors);
}

function run(op: Op, inputs: Values[], dy: Values): void {
  const xs = inputs.map(({shape, values}) => tf.tensor(values, shape));
  tf.grads((...xs: tf.Tensor[]) => op(xs))(xs, tf.tensor(dy.values, dy.shape));
}

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, describe, expect, it} from "vitest";
import type {Batch} from "../../src/components/corpus/batches.js";
import {type LossOptions, TensorModel} from "../../src/components/model/tensorModel.js";
import {type GradientCheckRow, gradientCheck} from "../../src/components/training/gradientCheck.js";
import {backendNames, useBackend} from "../backends.js";
import {cases, type ModelCase, toParameterData} from "../fixtures/model.js";

type Change = (name: string, gradient: tf.Tensor) => tf.Tensor;

/** A model whose backward pass may be wrong in one place. */
class ChangedModel extends TensorModel {
  change: Change = (_, gradient) => gradient;

  override gradients(batch: Batch, options?: LossOptions) {
    const {loss, gradients} = super.gradients(batch, options);
    for (const name of Object.keys(gradients)) gradients[name] = this.change(name, gradients[name]!);
    return {loss, gradients};
  }
}

let model: ChangedModel;
afterEach(() => model.dispose());

/** The model of a case, and its batch: PyTorch's parameters are large enough for every gradient to show. */
function open(name: string): Batch {
  const {config, parameters, ids, targets, padding} = cases[name]!;
  const T = ids[0]!.length;
  const stored: ModelCase["parameters"] = {...parameters};
  const table = stored["transformer.wpe.weight"];
  if (table)
    stored["transformer.wpe.weight"] = {
      shape: [T, config.nEmbd],
      data: table.data.slice(0, T * config.nEmbd)
    };
  model = new ChangedModel({...config, blockSize: T}, toParameterData(stored));
  return {
    inputs: Int32Array.from(ids.flat()),
    targets: Int32Array.from(targets.flat()),
    ...(padding && {padding: Uint8Array.from(padding.flat())})
  };
}

const dropout = {embedding: 0.2, attention: 0.2, residual: 0.2, seed: 1, step: 2};

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  // Each row takes some ten passes: software WebGPU takes one parameter of the smallest of models.
  const [name, parameters] =
    backend === "webgpu"
      ? ["neuralBigram", ["transformer.h.0.mlp.c_proj.bias"]]
      : ["mlp", Object.keys(cases.mlp!.parameters)];
  it("finds gradients right, and leaves parameters and memory as they were", async () => {
    const batch = open(name);
    const before = await model.data();
    const {numTensors} = tf.memory();
    for (const parameter of parameters) {
      const check = await gradientCheck(model, batch, {parameter, count: 1});
      expect(check, parameter).toMatchObject({parameter, shape: before[parameter]!.shape, agrees: true});
      expect(check.rows).toHaveLength(2);
      expect(check.rows[0]!.index).toBeNull();
    }
    expect(await model.data()).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe("gradientCheck", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([
    "llama",
    "learned post",
    "no bias",
    "relu",
    "no residual",
    "documents",
    "attention",
    "mlp",
    "neuralBigram"
  ])("finds the gradients of %s right, with dropout, smoothed labels and checkpointing", async (name) => {
    const batch = open(name);
    const loss = {dropout, labelSmoothing: 0.1, checkpointing: true};
    for (const parameter of Object.keys(model.parameters))
      expect(await gradientCheck(model, batch, {parameter, count: 1, loss}), parameter).toMatchObject({
        agrees: true
      });
  });

  it.each(["gpt2", "llama", "mlp"])(
    "finds every parameter of %s whose gradient is a tenth too large",
    async (name) => {
      const batch = open(name);
      for (const parameter of Object.keys(model.parameters)) {
        model.change = (name, gradient) => (name === parameter ? tf.mul(gradient, 1.1) : gradient);
        const {rows, agrees} = await gradientCheck(model, batch, {parameter, count: 1});
        expect(agrees, parameter).toBe(false);
        expect(rows[0]!.relativeError).toBeCloseTo(1 - 1 / 1.1, 2);
      }
    }
  );

  const weight = "transformer.h.0.attn.c_proj.weight";
  const wrongs: Record<string, Change> = {
    "of the wrong sign": (_, gradient) => tf.neg(gradient),
    transposed: (_, gradient) => tf.transpose(gradient),
    "not there": (_, gradient) => tf.zerosLike(gradient),
    "no number": (_, gradient) => tf.fill(gradient.shape, Number.NaN),
    "without its last row": (_, gradient) =>
      tf.pad(tf.slice(gradient, [0, 0], [gradient.shape[0]! - 1, gradient.shape[1]!]), [
        [0, 1],
        [0, 0]
      ])
  };
  it.each(Object.entries(wrongs))("finds a gradient that is %s", async (_, change) => {
    const batch = open("gpt2");
    model.change = (name, gradient) => (name === weight ? change(name, gradient) : gradient);
    expect(await gradientCheck(model, batch, {parameter: weight, count: 3})).toMatchObject({
      agrees: false
    });
  });

  it("finds the one element that is wrong where it is asked for that one, and knows no other", async () => {
    const batch = open("gpt2");
    const {size} = model.parameters[weight]!;
    const wrong = tf.tensor(new Float32Array(size).fill(0.02, 7, 8), model.parameters[weight]!.shape);
    model.change = (name, gradient) => (name === weight ? tf.add(gradient, wrong) : gradient);
    const row = async (index: number) =>
      (await gradientCheck(model, batch, {parameter: weight, index})).rows.find(
        (row) => row.index === index
      )!;
    expect(await row(7)).toMatchObject({index: 7, agrees: false});
    expect(await row(8)).toMatchObject({index: 8, agrees: true});
    wrong.dispose();
  });

  it("chooses elements by its seed, and all where there are no more", async () => {
    const batch = open("gpt2");
    const indices = async (options: {count: number; seed?: number}) =>
      (await gradientCheck(model, batch, {parameter: weight, ...options})).rows
        .slice(1)
        .map(({index}) => index);
    const first = await indices({count: 4, seed: 5});
    expect(new Set(first).size).toBe(4);
    expect(await indices({count: 4, seed: 5})).toEqual(first);
    expect(await indices({count: 4, seed: 6})).not.toEqual(first);
    const bias = "transformer.ln_f.bias";
    const {rows} = await gradientCheck(model, batch, {parameter: bias, count: 1000});
    expect(rows).toHaveLength(1 + model.config.nEmbd);
  });

  it("tells of every row as it comes, and stops when it is told to, all put back", async () => {
    const batch = open("gpt2");
    const before = await model.data();
    const stop = new AbortController();
    const heard: [GradientCheckRow, number, number][] = [];
    const check = await gradientCheck(model, batch, {
      parameter: weight,
      count: 9,
      signal: stop.signal,
      onRow: async (...event) => {
        heard.push(event);
        if (event[1] === 3) stop.abort();
      }
    });
    expect(heard.map(([, done, total]) => [done, total])).toEqual([
      [1, 10],
      [2, 10],
      [3, 10]
    ]);
    expect(heard.map(([row]) => row)).toEqual(check.rows);
    expect(await model.data()).toEqual(before);
  });

  it("puts the parameter back when something fails on the way", async () => {
    const batch = open("gpt2");
    const before = await model.data();
    const {numTensors} = tf.memory();
    const onRow = () => {
      throw new Error("nobody listens");
    };
    await expect(gradientCheck(model, batch, {parameter: weight, onRow})).rejects.toThrow("nobody listens");
    expect(await model.data()).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([
    [
      {parameter: "transformer.h.9.ln_1.weight"},
      /no parameter named “transformer.h.9.ln_1.weight”; it has transformer.wte.weight, /
    ],
    [{parameter: "constructor"}, /no parameter named “constructor”/],
    [
      {parameter: "transformer.ln_f.bias", index: 12},
      /index is 12; .* has \d+ elements, so it must be a whole number from 0 to \d+\./
    ],
    [{parameter: weight, index: -1}, /index is -1/],
    [{parameter: weight, index: 0.5}, /index is 0.5/],
    [{parameter: weight, count: 0}, /count is 0; it must be a whole number from 1 to 10000\./],
    [{parameter: weight, step: Number.NaN}, /step is NaN; it must be a number from 1e-6 to 10\./],
    [{parameter: weight, step: 0}, /step is 0/]
  ])("refuses %o", async (options, message) => {
    const batch = open("gpt2");
    await expect(gradientCheck(model, batch, options)).rejects.toThrow(message);
    await expect(gradientCheck(model, batch, options)).rejects.toThrow(RangeError);
  });

  it("refuses a model that counts", async () => {
    const batch = open("bigram");
    await expect(gradientCheck(model, batch, {parameter: "bigram.counts"})).rejects.toThrow(/no gradients/);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it, vi} from "vitest";
import type {ParameterData} from "../../../src/components/model/parameters.js";
import {toData, toVariables} from "../../../src/components/model/parameterTensors.js";
import {ratesAt, toTensor} from "../../../src/components/ops/rates.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {createRandom} from "../../../src/components/random.js";
import type {TrainConfig} from "../../../src/components/training/config.js";
import {initialState} from "../../../src/components/training/moments.js";
import {Optimiser} from "../../../src/components/training/optimiser.js";
import {presets} from "../../../src/components/training/presets.js";
import {flush, webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {flatOf} from "../../../src/components/webgpu/flatTensors.js";
import {listening} from "../../../src/components/webgpu/runner.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

// Two axes from three workgroups on, so that what only huge models need is tried on small ones.
vi.mock("../../../src/components/ops/webgpu/grid.js", () => ({
  folded: (count: number) => (count <= 2 ? [count, 1] : [2, Math.ceil(count / 2)])
}));

/** Kernel and composition round differently (a multiplication and an addition may be one), three steps long. */
const TOLERANCE = 2e-6;
/** The polynomial of Newton and Schulz, five times over, carries each rounding of it through the ones after. */
const MUON_TOLERANCE = 4e-5;

const rules = ["sgd", "momentum", "adam", "adamW", "muon"] as const satisfies TrainConfig["optimiser"][];

/** Shapes of parameters; tables and vectors are AdamW's where matrices are Muon's. */
const sets: Record<string, Record<string, number[]>> = {
  "one number": {"ln_f.weight": [1]},
  "odd sizes": {
    "wte.weight": [7, 3],
    "h.weight": [3, 5],
    "i.weight": [3, 5],
    "h.bias": [5],
    "ln_f.weight": [3],
    "lone.weight": [1, 1]
  },
  "several workgroups": {"wte.weight": [65, 33], "h.weight": [33, 65], "g.weight": [64, 16], "h.bias": [64]}
};

const random = createRandom(11);
const normals = (shapes: Record<string, number[]>, scale: number): ParameterData =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = tf.util.sizeFromShape(shape);
      return [name, {shape, data: Float32Array.from({length: size}, () => scale * random.normal())}];
    })
  );

const settings: TrainConfig = {
  ...presets.toy.train,
  learningRate: 0.01,
  weightDecay: 0.1,
  momentum: 0.9,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8
};

const toTensors = (data: ParameterData) =>
  Object.fromEntries(
    Object.entries(data).map(([name, {shape, data}]) => [name, tf.tensor(data.slice(), shape)])
  );

interface Run {
  parameters: ParameterData;
  firstMoments: ParameterData;
  secondMoments: ParameterData;
  norms: number[];
  /** Of the last step, by name. */
  kernels: string[];
}

/** Three steps with clipped gradients. */
async function run(
  rule: TrainConfig["optimiser"],
  start: ParameterData,
  gradients: ParameterData[],
  {ratesInTensor = false, ownNorm = false} = {}
): Promise<Run> {
  const config = {...settings, optimiser: rule, clipNorm: 1};
  const variables = toVariables(start, true);
  const optimiser = new Optimiser(config, initialState(rule, start));
  const norms: number[] = [];
  let kernels: string[] = [];
  for (const [i, gradient] of gradients.entries()) {
    kernels = [];
    const norm = listening(
      ({name}) => kernels.push(name),
      () =>
        tf.tidy(() => {
          const rates = ratesAt(i + 1, config);
          return optimiser.clippedUpdate(
            variables,
            toTensors(gradient),
            ratesInTensor ? toTensor(rates) : rates,
            ownNorm ? {norm: tf.scalar(3)} : {}
          );
        })
    );
    norms.push((await norm.data())[0]!);
    norm.dispose();
  }
  const {firstMoments, secondMoments} = await optimiser.data();
  const whole = await flatOf(variables)!.whole.data();
  const parameters = await toData(variables);
  // The zeros between parameters are still zeros: nothing else is in the buffer.
  const filled = Object.values(parameters).reduce(
    (sum, {data}) => sum + data.filter((x) => x !== 0).length,
    0
  );
  expect((whole as Float32Array).filter((x) => x !== 0).length).toBe(filled);
  optimiser.dispose();
  tf.dispose(variables);
  return {parameters, firstMoments, secondMoments, norms, kernels};
}

async function byDefinition(...args: Parameters<typeof run>): Promise<Run> {
  setKernels(false);
  try {
    return await run(...args);
  } finally {
    setKernels(true);
  }
}

function expectClose(actual: ParameterData, expected: ParameterData, tolerance: number): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, {data}] of Object.entries(actual))
    expect(relativeError(data, expected[name]!.data), name).toBeLessThan(tolerance);
}

describe("an update of parameters in one buffer", () => {
  beforeAll(() => useBackend("webgpu"));
  afterAll(() => setKernels(true));

  describe.each(Object.keys(sets))("of %s", (set) => {
    const shapes = sets[set]!;
    const start = normals(shapes, 1);
    // The first gradient is above the limit, the last below.
    const gradients = [2, 0.3, 0.001].map((scale) => normals(shapes, scale));

    it.each(rules)("is what defines it, and the same each time: %s", async (rule) => {
      const tolerance = rule === "muon" ? MUON_TOLERANCE : TOLERANCE;
      const actual = await run(rule, start, gradients);
      const expected = await byDefinition(rule, start, gradients);
      expectClose(actual.parameters, expected.parameters, tolerance);
      expectClose(actual.firstMoments, expected.firstMoments, TOLERANCE);
      expectClose(actual.secondMoments, expected.secondMoments, TOLERANCE);
      expect(relativeError(actual.norms, expected.norms)).toBeLessThan(TOLERANCE);
      expect(await run(rule, start, gradients, {ratesInTensor: true})).toEqual(actual);
    });
  });

  it("takes three dispatches, besides those that bring gradients together", async () => {
    const shapes = sets["odd sizes"]!;
    for (const [rule, name] of [
      ["sgd", "Sgd"],
      ["momentum", "SgdWithMomentum"],
      ["adam", "Adam"],
      ["adamW", "AdamW"]
    ] as const) {
      const {kernels} = await run(rule, normals(shapes, 1), [normals(shapes, 1)]);
      expect(kernels).toEqual(["Copy", "SumsOfSquares", "ClipFactor", name]);
    }
  });

  it("clips by a norm of more than these gradients", async () => {
    const shapes = sets["odd sizes"]!;
    const [start, gradient] = [normals(shapes, 1), normals(shapes, 1)];
    const actual = await run("sgd", start, [gradient], {ownNorm: true});
    expectClose(
      actual.parameters,
      (await byDefinition("sgd", start, [gradient], {ownNorm: true})).parameters,
      TOLERANCE
    );
    expect(actual.norms).toEqual([3]);
  });

  it("makes a parameter no number where its gradient is none, and shows it in the norm", async () => {
    const start = normals({"h.bias": [9]}, 1);
    const gradient = normals({"h.bias": [9]}, 1);
    gradient["h.bias"]!.data[4] = Number.NaN;
    const variables = toVariables(start, true);
    const optimiser = new Optimiser({...settings, optimiser: "adamW"}, initialState("adamW", start));
    const norm = tf.tidy(() => optimiser.clippedUpdate(variables, toTensors(gradient), ratesAt(1, settings)));
    expect((await norm.data())[0]).toBeNaN();
    expect((await variables["h.bias"]!.data())[4]).toBeNaN();
    norm.dispose();
    optimiser.dispose();
    tf.dispose(variables);
  });

  it.each(["adamW", "muon"] as const)("holds no more after fifty steps: %s", async (rule) => {
    const start = normals(sets["odd sizes"]!, 1);
    const variables = toVariables(start, true);
    const optimiser = new Optimiser({...settings, optimiser: rule}, initialState(rule, start));
    const gradients = toTensors(normals(sets["odd sizes"]!, 1));
    const step = (i: number) => {
      tf.dispose(tf.tidy(() => optimiser.clippedUpdate(variables, gradients, ratesAt(i, settings))));
      // What is free can be taken again only when the commands that use it are under way.
      flush(webgpuBackend());
    };
    const held = () => ({
      tensors: tf.memory().numTensors,
      ids: webgpuBackend().numDataIds(),
      bytes: webgpuBackend().bufferManager.numBytesAllocated
    });
    for (let i = 1; i <= 2; i++) step(i);
    const before = held();
    for (let i = 3; i <= 52; i++) step(i);
    expect(held()).toEqual(before);
    optimiser.dispose();
    tf.dispose([...Object.values(variables), ...Object.values(gradients)]);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {adamW} from "../../../src/components/ops/adamW.js";
import {ratesAt} from "../../../src/components/ops/rates.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

/** Both compute in float32 with correctly rounded operations; the cpu backend's constants alone are float64. */
const TOLERANCE = 1e-6;
const settings = {learningRate: 1e-2, beta1: 0.9, beta2: 0.99, epsilon: 1e-8};

const random = createRandom(5);
const normals = (size: number) => Float32Array.from({length: size}, () => random.normal());

/** Parameter and moments after three updates with the same gradients. */
async function threeUpdates(
  backend: "cpu" | "wasm",
  [start, ...gradients]: Float32Array[],
  weightDecay: number
) {
  await useBackend(backend);
  const full = {...settings, weightDecay};
  const state = [start!, new Float32Array(start!.length), new Float32Array(start!.length)].map((values) =>
    tf.variable(tf.tensor1d(values))
  ) as [tf.Variable, tf.Variable, tf.Variable];
  for (const [i, gradient] of gradients.entries())
    adamW(...state, tf.tensor1d(gradient), ratesAt(i + 1, full), full);
  const values = await Promise.all(state.map((variable) => variable.data()));
  tf.dispose(state);
  return values;
}

describe("adamW in one pass on wasm", () => {
  beforeAll(() => useBackend("wasm"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each([1, 2, 3, 4, 5, 7, 8, 63, 1000])("agrees with the cpu backend on %i values", async (size) => {
    const arrays = [normals(size), normals(size), normals(size), normals(size)];
    for (const weightDecay of [0, 0.1]) {
      const expected = await threeUpdates("cpu", arrays, weightDecay);
      const actual = await threeUpdates("wasm", arrays, weightDecay);
      for (const [i, values] of actual.entries())
        expect(relativeError(values, expected[i]!)).toBeLessThan(TOLERANCE);
    }
  });

  it("is one kernel, and leaves the gradient and the memory as they were", async () => {
    const [parameter, m, v] = [1, 0, 0].map((value) => tf.variable(tf.fill([3, 5], value)));
    const gradient = tf.fill([3, 5], 2);
    const decaying = {...settings, weightDecay: 0.1};
    const update = () => adamW(parameter!, m!, v!, gradient, ratesAt(1, decaying), decaying);
    update(); // the first frees nothing: whoever made the values still holds them
    const before = tf.memory();
    const ids = tf.backend().numDataIds();
    const {kernels} = await tf.profile(async () => {
      update();
      return gradient;
    });
    expect(kernels.map(({name}) => name).filter((name) => name !== "Identity")).toEqual(["AdamW"]);
    for (let i = 0; i < 50; i++) update();
    expect(tf.memory()).toEqual(before);
    expect(tf.backend().numDataIds()).toBe(ids);
    expect(new Set(await gradient.data())).toEqual(new Set([2]));
    expect(parameter!.shape).toEqual([3, 5]);
    tf.dispose([parameter!, m!, v!]);
  });

  it("does not touch a copy of the parameter that shared its values", async () => {
    const parameter = tf.variable(tf.ones([6]));
    const [m, v] = [tf.variable(tf.zeros([6])), tf.variable(tf.zeros([6]))];
    const copy = tf.clone(parameter);
    const still = {...settings, weightDecay: 0};
    adamW(parameter, m, v, tf.ones([6]), ratesAt(1, still), still);
    expect(new Set(await copy.data())).toEqual(new Set([1]));
    expect((await parameter.data())[0]).toBeLessThan(1);
    tf.dispose([parameter, m, v]);
  });
});

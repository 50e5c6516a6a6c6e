import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {gelu, geluExact, relu, swiGlu} from "../../../src/components/ops/activations.js";
import {useBackend} from "../../backends.js";
import {expectParity, normal, outcome} from "./parity.js";

/** The same formulas element by element; exp may be a few units in the last place off on either side. */
const TOLERANCE = {forward: 1e-6, backward: 2e-6};

/** Sizes with and without 4 as a divisor, and one number. */
const shapes = [[1], [3, 7], [2, 5, 12]];

const unary = {relu, gelu, geluExact};

describe("activation kernels", () => {
  beforeAll(() => useBackend("webgpu"));

  describe.each(Object.entries(unary))("%s", (_, op) => {
    it.each(shapes.map((shape) => [shape]))("agrees with its definition, %j", async (shape) => {
      const ran = await expectParity((x) => op(x!), [normal(shape, 1, 2)], normal(shape, 2), TOLERANCE);
      expect([ran.forward.length, ran.backward.length]).toEqual([1, 1]);
    });

    it("agrees far from 0, and lets NaN through", async () => {
      const x = tf.tensor1d([-1e4, -30, -5, -0, 0, 5, 30, 1e4]);
      await expectParity((x) => op(x!), [x], tf.ones([8]), TOLERANCE);
      const {value} = await outcome((x) => op(x!), [tf.tensor1d([1, Number.NaN, 2, 3])], tf.ones([4]), true);
      expect([...value].map(Number.isNaN)).toEqual([false, true, false, false]);
    });
  });

  it.each(shapes.map((shape) => [shape]))("swiGlu agrees with its definition, %j", async (shape) => {
    const inputs = [normal(shape, 1, 2), normal(shape, 2)];
    const ran = await expectParity(
      (gate, value) => swiGlu(gate!, value!),
      inputs,
      normal(shape, 3),
      TOLERANCE
    );
    expect([ran.forward.length, ran.backward.length]).toEqual([1, 1]);
  });

  it("reach every element of more workgroups than fit along one axis", async () => {
    const size = 65_535 * 64 + 1;
    const y = relu(tf.fill([size], 2));
    expect((await tf.sum(tf.sub(y, 2)).data())[0]).toBe(0);
    expect(await tf.slice(y, size - 3, 3).data()).toEqual(Float32Array.of(2, 2, 2));
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {gelu} from "../../../src/components/ops/activations.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals} from "./againstDefinition.js";

/** The kernel's own exponential is exact to a few units in the seventh digit; x and its slope multiply that. */
const TOLERANCE = 2e-6;

describe("gelu on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([[1], [2], [3], [4], [5], [7, 3], [2, 3, 5], [1000]])(
    "agrees with its definition",
    async (...shape) => {
      await expectDefinition(([x]) => gelu(x!), [normals(...shape)], shape, {
        kernels: ["Gelu", "GeluGradient"],
        tolerance: TOLERANCE
      });
    }
  );

  it("is x·σ(2u) from end to end: 0 far below, x far above, and NaN for NaN", async () => {
    const x = Float32Array.from({length: 4001}, (_, i) => (i - 2000) / 100);
    const values = await tf.tidy(() => gelu(tf.tensor1d(x))).data();
    for (const [i, value] of x.entries()) {
      const exact = value / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
      expect(Math.abs(values[i]! - exact)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
    }
    const extremes = await gelu(tf.tensor1d([-1e20, 1e20, Number.NaN, Number.POSITIVE_INFINITY, 0])).data();
    expect([...extremes].map((value) => value + 0)).toEqual([
      expect.closeTo(0),
      Math.fround(1e20),
      Number.NaN,
      Number.POSITIVE_INFINITY,
      0
    ]);
  });
});

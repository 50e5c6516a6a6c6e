import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {linear, unembed} from "../../../src/components/ops/linear.js";
import {sumRows} from "../../../src/components/ops/matmul.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {expectDefinition, normals, size} from "./againstDefinition.js";

/** Sums of up to some hundred products; the cpu backend adds in float64. */
const TOLERANCE = 3e-6;
const options = {kernels: ["Linear", "LinearGradient"], tolerance: TOLERANCE};

describe("linear layers on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it("agree with their definition on random shapes, with and without bias", async () => {
    const sizes: [number[], number, number][] = [
      [[1], 1, 1],
      [[3], 300, 9],
      [[2, 5], 7, 130],
      [[100], 5, 8]
    ];
    for (let i = 0; i < 20; i++) sizes.push([[size(4), size(30)], size(300), size(150)]);
    for (const [places, I, O] of sizes) {
      const inputs = [normals(...places, I), normals(I, O), normals(O)];
      const shape = [...places, O];
      await expectDefinition(([x, w, b]) => linear(x!, w!, b!), inputs, shape, options);
      await expectDefinition(([x, w]) => linear(x!, w!, null), inputs.slice(0, 2), shape, options);
    }
  });

  it("unembed does so too", async () => {
    for (const [N, C, V] of [
      [1, 1, 2],
      [5, 33, 65],
      [70, 16, 7],
      [2, 300, 1]
    ] as const)
      await expectDefinition(
        ([x, table]) => unembed(x!, table!),
        [normals(2, N, C), normals(V, C)],
        [2, N, V],
        options
      );
  });
});

describe("sumRows on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([
    [1, 1],
    [5, 3],
    [257, 16],
    [600, 37],
    [3, 64]
  ])("adds %i rows of %i numbers", async (N, C) => {
    const {values, shape} = normals(N, C);
    const expected = new Float64Array(C);
    for (const [i, value] of values.entries()) expected[i % C]! += value;
    const {kernels, result} = await tf.profile(() => sumRows(tf.tensor(values, shape)));
    expect(kernels.map(({name}) => name)).toEqual(["SumRows"]);
    expect(relativeError(await (result as tf.Tensor).data(), expected)).toBeLessThan(1e-6);
  });

  it("does not drift over many rows", async () => {
    const N = 100_000;
    const [sum] = await sumRows(tf.fill([N, 1], 0.1)).data();
    expect(Math.abs(sum! / (N * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
  });
});

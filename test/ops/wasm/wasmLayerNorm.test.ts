import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {rmsNorm} from "../../../src/components/ops/rmsNorm.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {expectDefinition, normals, size} from "./againstDefinition.js";

/** Sums of up to some hundred float32 in another order; a variance and its root between value and gradient. */
const TOLERANCE = 5e-6;
const kernels = ["LayerNorm", "LayerNormGradient"];

describe("layerNorm on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it("agrees with its definition on random shapes, with and without bias", async () => {
    const shapes = [
      [1, 2],
      [3, 5],
      [300, 9],
      [2, 3, 4]
    ];
    for (let i = 0; i < 20; i++) shapes.push([size(5), size(9), 1 + size(200)]);
    for (const shape of shapes) {
      const C = shape.at(-1)!;
      const inputs = [normals(...shape), normals(C), normals(C)];
      await expectDefinition(([x, gain, bias]) => layerNorm(x!, gain!, bias!), inputs, shape, {
        kernels,
        tolerance: TOLERANCE
      });
      await expectDefinition(([x, gain]) => layerNorm(x!, gain!, null), inputs.slice(0, 2), shape, {
        kernels,
        tolerance: TOLERANCE
      });
    }
  });

  it("rmsNorm does so, too", async () => {
    for (const shape of [
      [1, 1],
      [4, 3],
      [2, 5, 70],
      [300, 33]
    ])
      await expectDefinition(
        ([x, gain]) => rmsNorm(x!, gain!),
        [normals(...shape), normals(shape.at(-1)!)],
        shape,
        {kernels, tolerance: TOLERANCE}
      );
  });

  it("of a single number is the bias, and passes no gradient on", async () => {
    const [x, gain, bias] = [tf.tensor2d([3, -4], [2, 1]), tf.ones([1]), tf.tensor1d([7])];
    expect(await layerNorm(x, gain, bias).array()).toEqual([[7], [7]]);
    const [dx] = tf.grads((x: tf.Tensor) => layerNorm(x, gain, bias))([x], tf.ones([2, 1]));
    expect(await dx!.array()).toEqual([[0], [0]]);
  });

  it("loses nothing to a large mean", async () => {
    const row = [1, 2, 4, 8, 15]; // with a whole mean, exact beside 4096
    const value = (offset: number) =>
      layerNorm(tf.tensor2d([row.map((x) => x + offset)]), tf.ones([5]), null).data();
    expect(relativeError(await value(4096), await value(0))).toBeLessThan(1e-5);
  });
});

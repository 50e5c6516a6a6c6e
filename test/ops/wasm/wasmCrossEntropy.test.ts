import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {crossEntropy, IGNORED} from "../../../src/components/ops/crossEntropy.js";
import {useBackend} from "../../backends.js";
import {expectDefinition, normals, size} from "./againstDefinition.js";

/** The kernel's own exponential and logarithm are exact to a few units in the seventh digit. */
const TOLERANCE = 2e-6;
const options = {kernels: ["CrossEntropy", "CrossEntropyGradient"], tolerance: TOLERANCE};
const loss =
  (targets: number[], smoothing: number) =>
  ([logits]: tf.Tensor[]) =>
    crossEntropy(logits!, tf.tensor1d(targets, "int32"), smoothing);

describe("crossEntropy on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it("agrees with its definition on random shapes, with smoothing and ignored places", async () => {
    for (let i = 0; i < 20; i++) {
      const [N, V] = [size(60), 1 + size(300)];
      const targets = Array.from({length: N}, (_, n) => ((i + n) % 5 === 4 ? IGNORED : (7 * n + i) % V));
      for (const smoothing of [0, 0.1])
        await expectDefinition(loss(targets, smoothing), [normals(N, V)], [], options);
    }
  });

  it("takes logits of three axes and a vocabulary of one", async () => {
    await expectDefinition(loss([0, 1, 2, 0, 1, 2], 0), [normals(2, 3, 3)], [], options);
    expect(await loss([0, 0], 0)([tf.tensor2d([[3], [4]])]).data()).toEqual(new Float32Array(1));
  });

  it("is 0 where every place is ignored", async () => {
    await expectDefinition(loss([IGNORED, IGNORED], 0), [normals(2, 5)], [], options);
  });

  it("is exact for sure and for hopeless scores", async () => {
    const logits = tf.tensor2d([
      [1000, 0, -1000],
      [1000, 0, -1000]
    ]);
    expect((await loss([0, 0], 0)([logits]).data())[0]).toBe(0);
    expect((await loss([2, 2], 0)([logits]).data())[0]).toBe(2000);
  });

  it("is not a number where a score is none", async () => {
    const logits = tf.tensor2d([[1, Number.NaN, 0, 2, 3]]);
    expect((await loss([3], 0)([logits]).data())[0]).toBeNaN();
  });
});

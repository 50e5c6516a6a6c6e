import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {crossEntropy, IGNORED, placeLosses} from "../../../src/components/ops/crossEntropy.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {expectParity, normal, outcome} from "./parity.js";

/** Sums of hundreds of exponentials, each a few units off in the last place, in another order. */
const TOLERANCE = {forward: 3e-6, backward: 3e-6};
/** The same with fifty thousand, one after another where a thread is made to compute them alone. */
const LONG_TOLERANCE = {forward: 2e-5, backward: 2e-5};

describe.each(["thread", "workgroup", "subgroup"] as const)(
  "cross-entropy of which a %s computes a place",
  (work) => {
    beforeAll(async () => {
      await useBackend("webgpu");
      setRowWork(work);
    });
    afterAll(() => setRowWork(null));

    /** Every fifth place has no target. */
    const targetsFor = (N: number, V: number) =>
      tf.tensor1d(
        Array.from({length: N}, (_, i) => (i % 5 === 3 ? IGNORED : (7919 * (i + 1)) % V)),
        "int32"
      );

    it.each([
      {leading: [1], V: 2, smoothing: 0},
      {leading: [2, 3], V: 65, smoothing: 0},
      {leading: [4, 5], V: 64, smoothing: 0.1},
      {leading: [6], V: 7, smoothing: 0.3},
      {leading: [66], V: 300, smoothing: 0},
      {leading: [5], V: 50_257, smoothing: 0.05}
    ])("agrees with its definition, $leading × $V, smoothing $smoothing", async ({leading, V, smoothing}) => {
      const logits = normal([...leading, V], V, 3);
      const targets = targetsFor(logits.size / V, V);
      const tolerance = V > 1000 ? LONG_TOLERANCE : TOLERANCE;
      const ran = await expectParity(
        (logits) => crossEntropy(logits!, targets, smoothing),
        [logits],
        tf.scalar(1.7),
        tolerance
      );
      expect([ran.forward.length, ran.backward.length]).toEqual([2, 1]);
      const losses = placeLosses(logits, targets, smoothing);
      setKernels(false);
      const defined = placeLosses(logits, targets, smoothing);
      setKernels(true);
      expect(losses.shape).toEqual(defined.shape);
      expect(relativeError(await losses.data(), await defined.data())).toBeLessThan(tolerance.forward);
    });

    it("is exact where logits are large, and 0 with gradient 0 where nothing has a target", async () => {
      const logits = tf.tensor2d([1000, -1000, 0, 3e4, 3e4, -3e4], [2, 3]);
      const run = (targets: number[]) =>
        outcome((x) => crossEntropy(x!, tf.tensor1d(targets, "int32")), [logits], tf.scalar(1), true);
      const {value, gradients} = await run([0, 1]);
      expect(value[0]).toBeCloseTo(Math.log(2) / 2, 6);
      expect([...gradients[0]!].map((x) => Math.round(1e6 * x) / 1e6 + 0)).toEqual([0, 0, 0, 0.25, -0.25, 0]);
      const nothing = await run([IGNORED, IGNORED]);
      expect([...nothing.value, ...nothing.gradients[0]!].every((x) => x === 0)).toBe(true);
    });

    it("lets NaN through", async () => {
      const logits = tf.tensor2d([0, Number.NaN, 1, 2], [2, 2]);
      const targets = tf.tensor1d([0, 1], "int32");
      const {value, gradients} = await outcome(
        (x) => crossEntropy(x!, targets),
        [logits],
        tf.scalar(1),
        true
      );
      expect([...value, ...gradients[0]!].map(Number.isNaN)).toEqual([true, true, true, false, false]);
    });
  }
);

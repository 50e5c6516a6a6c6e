import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {crossEntropy, IGNORED, placeLosses} from "../../src/components/ops/crossEntropy.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  /** Loss and gradient as plain numbers. */
  async function lossAndGradient(logits: tf.Tensor, targets: number[], smoothing = 0) {
    const {value, grad} = tf.valueAndGrad((logits: tf.Tensor) =>
      crossEntropy(logits, tf.tensor1d(targets, "int32"), smoothing)
    )(logits);
    return {loss: (await value.data())[0], gradient: [...(await grad.data())]};
  }

  it("is exact with logits of ±10,000", async () => {
    const row = [1e4, -1e4, 0];
    const logits = tf.tensor2d([row, row, row]);
    const losses = placeLosses(logits, tf.tensor1d([0, 1, 2], "int32"));
    expect([...(await losses.data())]).toEqual([0, 2e4, 1e4]);
    const {loss, gradient} = await lossAndGradient(logits, [0, 1, 2]);
    expect(loss).toBe(1e4);
    // p is [1, 0, 0] at every place.
    const third = Math.fround(1 / 3);
    [0, 0, 0, third, -third, 0, third, 0, -third].forEach((expected, i) => {
      expect(gradient[i], `element ${i}`).toBeCloseTo(expected, 6);
    });
  });

  it("stays finite with label smoothing and logits of ±10,000", async () => {
    const {loss, gradient} = await lossAndGradient(tf.tensor2d([[1e4, -1e4, 0]]), [0], 0.3);
    // A tenth of the target is on each token, seven more on the first: 0.1 · 20,000 + 0.1 · 10,000.
    expect(loss! / 3000).toBeCloseTo(1, 6);
    [0.2, -0.1, -0.1].forEach((expected, i) => {
      expect(gradient[i], `element ${i}`).toBeCloseTo(expected, 6);
    });
  });

  it.each([0, 0.1])(
    "is 0, with gradients of 0, where every target is ignored (smoothing %d)",
    async (smoothing) => {
      const {loss, gradient} = await lossAndGradient(
        tf.tensor2d([3, -1, 2, 0, 5, 1], [2, 3]),
        [IGNORED, IGNORED],
        smoothing
      );
      expect(loss).toBe(0);
      expect(gradient.every((element) => element === 0)).toBe(true);
    }
  );

  it("takes no gradient from, and depends on no logit of, a place that is ignored", async () => {
    const at = (x: number) => lossAndGradient(tf.tensor2d([[1, 2, 3], [x, -x, 2 * x]]), [1, IGNORED]); // biome-ignore format: rows
    const [a, b] = [await at(4), await at(-70)];
    expect(b.loss).toBe(a.loss);
    expect(a.gradient.slice(3)).toEqual([0, 0, 0]);
    expect(b.gradient).toEqual(a.gradient);
  });
});

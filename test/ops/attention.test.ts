import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {attention, attentionWeights} from "../../src/components/ops/attention.js";
import {backendNames, useBackend} from "../backends.js";
import {relativeError} from "./fixtures.js";

const [B, H, T, D] = [2, 3, 5, 4];

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const normal = (seed: number) => tf.randomNormal([B, H, T, D], 0, 1, "float32", seed);
  const padding = () => tf.tensor2d([[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]], [B, T], "int32"); // biome-ignore format: rows

  it("gives each query weights that sum to 1, and later or padded keys exactly none", async () => {
    const weights = attentionWeights(normal(1), normal(2), {causal: true, padding: padding()});
    expect(weights.shape).toEqual([B, H, T, T]);
    const data = (await weights.array()) as number[][][][];
    data.forEach((heads, b) => {
      heads
        .flatMap((rows) => rows.map((row, t) => ({row, t})))
        .forEach(({row, t}) => {
          // float32 division and a sum of five numbers.
          expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
          row.forEach((weight, s) => {
            const forbidden = s > t || (b === 1 && s >= 3);
            expect(weight === 0, `batch ${b}, query ${t}, key ${s}`).toBe(forbidden);
          });
        });
    });
  });

  it("stays exact with scores of ±10,000, forwards and backwards", async () => {
    // √D = 2, so a query of 200 and a key of ±100 score ±10,000.
    const q = tf.tensor([200, 0, 0, 0], [1, 1, 1, D]);
    const k = tf.tensor([-100, 0, 0, 0, 100, 0, 0, 0], [1, 1, 2, D]);
    const v = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, D]);
    const weights = attentionWeights(q, k, {causal: true});
    expect([...(await weights.data())]).toEqual([0, 1]);
    const apply = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => attention(q, k, v, {causal: true});
    const {value, grads} = tf.valueAndGrads(apply)([q, k, v], tf.ones([1, 1, 1, D]));
    expect([...(await value.data())]).toEqual([5, 6, 7, 8]);
    const [dq, dk, dv] = await Promise.all(grads.map((gradient) => gradient.data()));
    expect([...dq!]).toEqual([0, 0, 0, 0]);
    expect([...dk!]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...dv!]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it("reports scores and weights as it makes them, before dropout", async () => {
    const taps: Record<string, tf.Tensor> = {};
    const tap = (step: string, value: tf.Tensor) => {
      taps[step] = value;
    };
    const dropout = {rate: 0.5, seed: 1, step: 0, site: 0};
    attention(normal(1), normal(2), normal(3), {causal: true, tap, dropout});
    expect(Object.keys(taps)).toEqual(["scores", "weights"]);
    const expected = await tf.softmax(taps.scores!).data();
    // The same softmax of the same scores.
    expect(relativeError(await taps.weights!.data(), expected)).toBe(0);
  });
});

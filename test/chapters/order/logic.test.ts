import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {alibiBias} from "../../../src/components/chapters/order/alibiFigure.js";
import {lossByPosition} from "../../../src/components/chapters/order/lossByPosition.js";
import {learnedTable, packTable} from "../../../src/components/chapters/order/orderPage.js";
import {
  largestChange,
  moved,
  shuffledBeforeLast,
  softmax
} from "../../../src/components/chapters/order/reordering.js";
import {contributions, hands, rotaryScore, turned} from "../../../src/components/chapters/order/rotation.js";
import {
  cosines,
  dotProducts,
  meanCosine,
  transposed
} from "../../../src/components/chapters/order/similarity.js";
import {verdictOf} from "../../../src/components/chapters/order/verdict.js";
import {alibiSlopes, sinusoids} from "../../../src/components/model/positionTables.js";
import {attentionWeights} from "../../../src/components/ops/attention.js";
import {crossEntropy} from "../../../src/components/ops/crossEntropy.js";
import {rotary} from "../../../src/components/ops/rotary.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

beforeAll(async () => {
  await useBackend("cpu");
});
const normals = (n: number, seed: number) => {
  const random = createRandom(seed);
  return Array.from({length: n}, () => random.normal());
};

describe("reordering", () => {
  it("shuffles all but the last, each order from its seed", () => {
    const order = shuffledBeforeLast(12, createRandom(1));
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(order.at(-1)).toBe(11);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect(shuffledBeforeLast(12, createRandom(1))).toEqual(order);
    expect(shuffledBeforeLast(1, createRandom(1))).toEqual([0]);
  });

  it("moves a token and never the last", () => {
    expect(moved([0, 1, 2, 3], 0, 2)).toEqual([1, 2, 0, 3]);
    expect(moved([0, 1, 2, 3], 2, 0)).toEqual([2, 0, 1, 3]);
    expect(moved([0, 1, 2, 3], 1, 9)).toEqual([0, 2, 1, 3]);
    expect(moved([0, 1, 2, 3], 3, 0)).toEqual([0, 1, 2, 3]);
  });

  it("finds the largest change and says it", () => {
    const before = softmax([0, 1, 2]);
    const after = softmax([0, 2, 1]);
    const {id, change} = largestChange(before, after);
    expect([1, 2]).toContain(id);
    expect(change).toBeCloseTo(before[2]! - before[1]!, 12);
    const words = ["a", "b", "c"];
    expect(verdictOf({before, after}, words, [0, 1, 2])).toMatch(/as written/);
    expect(verdictOf({before, after}, words, [1, 0, 2])).toContain(`${(100 * change).toFixed(1)} percentage`);
    expect(verdictOf({before, after: before}, words, [1, 0, 2])).toBe(
      "Nothing changed: all 3 probabilities are what they were."
    );
    const near = before.map((p, i) => p + (i === 0 ? 6e-8 : 0));
    expect(verdictOf({before, after: near}, words, [1, 0, 2])).toContain("more than 0.0000001,");
  });
});

describe("rotation", () => {
  it("turns pairs as the operation of the model does, and back", async () => {
    const D = 8;
    const q = normals(D, 1);
    const first = 5;
    const result = rotary(tf.tensor(q, [1, 1, D]), first);
    const expected = await result.data();
    turned(q, first).forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 5);
    });
    turned(turned(q, first), -first).forEach((x, i) => {
      expect(x).toBeCloseTo(q[i]!, 10);
    });
  });

  it("has scores that are the dot product over √D and depend on distance only", () => {
    const D = 8;
    const [q, k] = [normals(D, 2), normals(D, 3)];
    const plain = q.reduce((sum, x, i) => sum + x * k[i]!, 0) / Math.sqrt(D);
    expect(rotaryScore({vector: q, position: 0}, {vector: k, position: 0})).toBeCloseTo(plain, 10);
    const at = (m: number, n: number) => rotaryScore({vector: q, position: m}, {vector: k, position: n});
    for (const shift of [1, 7, 50]) expect(at(4 + shift, 1 + shift)).toBeCloseTo(at(4, 1), 10);
    expect(at(5, 1)).not.toBeCloseTo(at(4, 1), 3);
    expect(contributions(hands(q, 4), hands(k, 1))).toHaveLength(D / 2);
  });
});

describe("tables", () => {
  it("has waves whose dot products depend on distance only", () => {
    const [T, C] = [40, 16];
    const table = sinusoids(T, C);
    const at = dotProducts(table, C, 10);
    const later = dotProducts(table, C, 25);
    for (let d = -10; d <= 14; d++) expect(later[25 + d]).toBeCloseTo(at[10 + d]!, 4);
    expect(at[10]).toBeCloseTo(C / 2, 5);
    expect(transposed(table, C)[3 * T + 7]).toBe(table[7 * C + 3]);
  });

  it("has cosines of 1 on the diagonal, and their means by distance", () => {
    const table = Float32Array.from([1, 0, 1, 1, 0, 2]);
    const matrix = cosines(table, 2);
    expect([matrix[0], matrix[4], matrix[8]].map((x) => Number(x!.toFixed(6)))).toEqual([1, 1, 1]);
    expect(matrix[1]).toBeCloseTo(Math.SQRT1_2, 6);
    expect(meanCosine(matrix, 1)).toBeCloseTo(Math.SQRT1_2, 6);
    expect(meanCosine(matrix, 2)).toBeCloseTo(0, 6);
  });

  it("comes through base64 with an error below its rounding", () => {
    const table = Float32Array.from(normals(60, 4));
    const packed = packTable(table);
    const back = learnedTable({model: "", T: 10, C: 6, ...packed});
    back.forEach((x, i) => {
      expect(Math.abs(x - table[i]!)).toBeLessThanOrEqual(packed.scale * 0.51);
    });
  });

  it("has ALiBi's bias as attention adds it", async () => {
    const T = 5;
    const slopes = alibiSlopes({position: "alibi", nHead: 2})!;
    const zeros = tf.zeros([1, 2, T, 4]);
    const weights = await attentionWeights(zeros, zeros, {causal: true, slopes}).data();
    slopes.forEach((slope, h) => {
      const bias = alibiBias(slope, T);
      for (let t = 0; t < T; t++) {
        const shares = softmax(bias.slice(t * T, t * T + t + 1));
        shares.forEach((share, s) => {
          expect(weights[(h * T + t) * T + s]).toBeCloseTo(share, 5);
        });
      }
      expect(bias[1]).toBeNaN();
    });
  });
});

it("has losses by position whose mean is the loss", async () => {
  const [B, T, V] = [3, 4, 5];
  const logits = normals(B * T * V, 5);
  const random = createRandom(6);
  const targets = Array.from({length: B * T}, () => random.integer(V));
  const byPosition = lossByPosition(logits, targets, {T, V, bucket: 2});
  const whole = await crossEntropy(tf.tensor(logits, [B, T, V]), tf.tensor1d(targets, "int32"), 0).data();
  expect(byPosition).toHaveLength(2);
  expect((byPosition[0]! + byPosition[1]!) / 2).toBeCloseTo(whole[0]!, 5);
  expect(byPosition[0]).not.toBeCloseTo(byPosition[1]!, 3);
  expect(() => lossByPosition(logits, targets, {T, V, bucket: 3})).toThrow(RangeError);
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {
  cosine,
  dot,
  meanCosine,
  neighbours,
  packTable,
  tableRows
} from "../../../src/components/chapters/vectors/tokenTable.js";
import {vowelSentence} from "../../../src/components/chapters/vectors/vowels.js";
import {embedding} from "../../../src/components/ops/embedding.js";
import {matmul} from "../../../src/components/ops/matmul.js";
import {oneHot} from "../../../src/components/ops/oneHot.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const random = createRandom(3);
const table = Float32Array.from({length: 6 * 4}, () => random.normal());
const rows = tableRows(packTable(table, 4, 6));

describe("a token table", () => {
  beforeAll(() => useBackend("cpu"));

  it("looks a token up as one-hot times table, which is what the op gives", async () => {
    const E = tf.tensor2d(table, [6, 4]);
    for (const token of [0, 3, 5]) {
      const ids = tf.tensor2d([token], [1, 1], "int32");
      const product = await matmul(oneHot(ids, 6), E).data();
      expect(await embedding(E, ids).data()).toEqual(product);
      rows[token]!.forEach((value, i) => {
        expect(value).toBeCloseTo(product[i]!, 6);
      });
    }
  });

  it("keeps as many decimals as it is asked to", () => {
    const packed = packTable([0.12345, -2.0006], 2);
    expect(packed.values).toEqual([123, -2001]);
    expect([...tableRows(packed)[0]!]).toEqual([0.123, -2.001]);
  });

  it("measures angles", () => {
    expect(cosine([1, 0], [0, 3])).toBe(0);
    expect(cosine([1, 2], [-2, -4])).toBeCloseTo(-1, 12);
    expect(cosine([1, 2], [0, 0])).toBeNaN();
    expect(() => dot([1], [1, 2])).toThrow("1 numbers has no dot product with one of 2");
  });

  it("orders neighbours from the nearest, without the token itself", () => {
    const order = neighbours(rows, 2);
    expect(order).toHaveLength(5);
    expect(order.map(({token}) => token)).not.toContain(2);
    order.forEach((neighbour, i) => {
      if (i > 0) expect(neighbour.cosine).toBeLessThanOrEqual(order[i - 1]!.cosine);
    });
  });

  it("averages over pairs of different rows", () => {
    const three = [Float64Array.of(1, 0), Float64Array.of(0, 1), Float64Array.of(1, 0)];
    expect(meanCosine(three, [0, 1, 2])).toBeCloseTo(1 / 3, 12);
    expect(meanCosine(three, [0], [1, 2])).toBeCloseTo(0.5, 12);
  });

  it("speaks of vowels only where there are letters", () => {
    expect(vowelSentence(rows, ["▁the", "a", "e", "x", "y", "z"])).toMatch(/used alike/);
    const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const alike = letters.map((letter) => Float64Array.of("aeiou".includes(letter) ? 1 : 0, 1));
    expect(vowelSentence(alike, letters)).toBe(
      "On average two different vowels have a cosine of 1.00, a vowel and a consonant one of 0.71, and two capitals one of 1.00."
    );
  });
});

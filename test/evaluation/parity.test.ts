import {describe, expect, it} from "vitest";
import {agrees, measureParity} from "../../src/components/evaluation/parity.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";

const model = (logits: number[]) =>
  ({
    trace: async (ids: Uint16Array) => ({ids, logits: Float32Array.from(logits), attention: null})
  }) as unknown as LanguageModel;
const check = (logits: number[]) => [{ids: Uint16Array.of(1), logits: Float32Array.from(logits)}];

describe("measureParity", () => {
  it("finds the largest difference and what to measure it against", async () => {
    const parity = await measureParity(model([1, -4, 2.5]), check([1, -4.25, 2]));
    expect(parity).toEqual({largestDifference: 0.5, scale: 4.25, count: 3});
    expect(agrees(parity)).toBe(false);
  });

  it("accepts what float32 rounding explains", async () => {
    expect(agrees(await measureParity(model([10, 3.00002]), check([10, 3])))).toBe(true);
    expect(agrees(await measureParity(model([10, 3.002]), check([10, 3])))).toBe(false);
  });

  it("holds the small scores of an untrained model to the same share", async () => {
    expect(agrees(await measureParity(model([0.1, 0.05]), check([0.1, 0.050005])))).toBe(true);
    expect(agrees(await measureParity(model([0.1, 0.05]), check([0.1, 0.05002])))).toBe(false);
    expect(agrees(await measureParity(model([0, 0]), check([0, 0])))).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "never accepts %s, on either side or on both",
    async (bad) => {
      expect(agrees(await measureParity(model([bad, 1]), check([0, 1])))).toBe(false);
      expect(agrees(await measureParity(model([0, 1]), check([bad, 1])))).toBe(false);
      expect(agrees(await measureParity(model([bad, 1]), check([bad, 1])))).toBe(false);
    }
  );

  it("refuses answers of another shape", async () => {
    await expect(measureParity(model([1]), check([1, 2]))).rejects.toThrow(/1 and 2 scores/);
  });
});

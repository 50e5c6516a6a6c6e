import {expect, it} from "vitest";
import {histogram, randomPairs, saturation} from "../../../src/components/chapters/attention/saturation.js";
import {saturationFacts} from "../../../src/components/chapters/attention/saturationFigure.js";

const pairs = randomPairs(200, 16, 1);
const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

it("draws the same numbers whichever width asks first", () => {
  const later = randomPairs(3, 2, 1);
  const wide = later.numbers(4);
  const earlier = randomPairs(3, 2, 1);
  earlier.numbers(0);
  expect(earlier.numbers(4)).toEqual(wide);
  expect([wide.q.length, wide.k.length]).toEqual([3, 6]);
});

it("lets scores spread by √D unless they are divided by it", () => {
  for (const D of [4, 16, 64]) {
    expect(saturation(pairs, D, false).spread / Math.sqrt(D)).toBeCloseTo(1, 1);
    expect(saturation(pairs, D, true).spread).toBeCloseTo(1, 1);
  }
});

it("saturates with the width only where scores are not divided", () => {
  const plain = [1, 8, 64].map((D) => mean(saturation(pairs, D, false).largest));
  const scaled = [8, 16, 64].map((D) => mean(saturation(pairs, D, true).largest));
  expect(plain[2]).toBeGreaterThan(plain[1]!);
  expect(plain[2]).toBeGreaterThan(0.8);
  expect(Math.max(...scaled) - Math.min(...scaled)).toBeLessThan(0.05);
  expect(saturation(pairs, 64, false).slope).toBeLessThan(0.5 * saturation(pairs, 64, true).slope);
});

it("is the same for one number, with and without", () => {
  expect(saturation(pairs, 1, true)).toEqual(saturation(pairs, 1, false));
});

it("counts each value once", () => {
  expect(histogram(Float64Array.of(0, 0.1, 0.25, 0.99, 1), 4)).toEqual([2, 1, 0, 2]);
});

it("holds what the text says of the width of the shipped heads", () => {
  const {settled, keys} = saturationFacts(24);
  expect(Number.parseFloat(settled.plain)).toBeGreaterThan(5);
  expect(Number.parseFloat(settled.scaled)).toBeLessThan(1);
  expect(keys).toBe(16);
});

import {describe, expect, test} from "vitest";
import {
  compareDraws,
  countDraws,
  expectedCount,
  keptDraws
} from "../../../src/components/chapters/sampling/draws.js";
import {distribution, PLAIN} from "../../../src/components/generation/distribution.js";
import {drawAt, sampleToken} from "../../../src/components/generation/sample.js";

const of = (...p: number[]) => distribution(Float32Array.from(p, Math.log), PLAIN);

test("counts are the sampler's own tokens, however many are asked for first", () => {
  const d = of(0.5, 0.3, 0.2);
  const counts = countDraws(d, 7, 500);
  const by = new Uint32Array(3);
  for (let i = 0; i < 500; i++) by[sampleToken(d, drawAt(7, i))]!++;
  expect(counts).toEqual(by);
  const kept = keptDraws(d, 7, 1000);
  expect(kept(20)).toEqual(countDraws(d, 7, 20));
  expect(kept(500)).toEqual(counts);
  expect(kept(20)).toEqual(countDraws(d, 7, 20));
  expect(countDraws(d, 8, 500)).not.toEqual(counts);
});

describe("χ²", () => {
  test("by hand", () => {
    const d = of(0.5, 0.3, 0.2);
    const {statistic, freedom} = compareDraws(d, Uint32Array.of(60, 25, 15))!;
    expect(freedom).toBe(2);
    expect(statistic).toBeCloseTo(100 / 50 + 25 / 30 + 25 / 20, 4);
  });

  test("puts tokens of fewer than five expected draws into one cell", () => {
    const d = of(0.9, 0.04, 0.03, 0.03);
    const {statistic, freedom} = compareDraws(d, Uint32Array.of(88, 5, 4, 3))!;
    expect(freedom).toBe(1);
    expect(statistic).toBeCloseTo(4 / 90 + 4 / 10, 4);
    // 4 are expected of the rest: not enough for a cell.
    expect(compareDraws(of(0.6, 0.36, 0.02, 0.02), Uint32Array.of(60, 35, 3, 2))!.freedom).toBe(1);
  });

  test("has nothing to compare where one token is certain", () => {
    const greedy = distribution(Float32Array.of(1, 2), {...PLAIN, temperature: 0});
    expect(compareDraws(greedy, countDraws(greedy, 1, 100))).toBeNull();
    expect(compareDraws(of(0.5, 0.5), Uint32Array.of(2, 2))).toBeNull();
  });

  test("is over many seeds what theory says, and tells another distribution apart", () => {
    const d = of(0.4, 0.3, 0.2, 0.1);
    const seeds = Array.from(
      {length: 300},
      (_, seed) => compareDraws(d, countDraws(d, seed, 400))!.statistic
    );
    const mean = seeds.reduce((a, b) => a + b, 0) / seeds.length;
    // Three degrees of freedom; the mean of 300 has a standard deviation of √(6/300) = 0.14.
    expect(Math.abs(mean - 3)).toBeLessThan(0.5);
    const other = of(0.35, 0.3, 0.25, 0.1);
    expect(compareDraws(other, countDraws(d, 1, 10_000))!.statistic).toBeGreaterThan(30);
  });
});

test("the binomial's mean and spread", () => {
  expect(expectedCount(0.24, 1000).mean).toBe(240);
  expect(expectedCount(0.24, 1000).deviation).toBeCloseTo(13.506, 3);
});

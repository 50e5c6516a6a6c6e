import {expect, test} from "vitest";
import {distribution, PLAIN, type SamplingOptions} from "../../src/components/generation/distribution.js";
import {drawAt, sampleToken} from "../../src/components/generation/sample.js";
import {createRandom, type Random} from "../../src/components/random.js";

const logits = Float32Array.of(0.3, -1, 2, 0.5, 1.2, -0.4, 0, 1.1);

/** Pearson's χ² of the counts of many draws against the distribution they claim to come from. */
function chiSquared(options: SamplingOptions, draw: (i: number) => Pick<Random, "uniform">, draws: number) {
  const d = distribution(logits, options);
  const counts = new Float64Array(logits.length);
  for (let i = 0; i < draws; i++) counts[sampleToken(d, draw(i))]!++;
  let statistic = 0;
  d.probabilities.forEach((p, id) => {
    if (p === 0) expect(counts[id]).toBe(0);
    else statistic += (counts[id]! - draws * p) ** 2 / (draws * p);
  });
  return statistic;
}

// The 99.9 % quantiles of χ² with kept − 1 degrees of freedom.
test.each([
  ["plain", PLAIN, 24.32],
  ["cold", {...PLAIN, temperature: 0.6}, 24.32],
  ["hot", {...PLAIN, temperature: 3}, 24.32],
  ["top-k 4", {...PLAIN, topK: 4}, 16.27],
  ["top-k 6, top-p 0.8", {temperature: 1.5, topK: 6, topP: 0.8}, 18.47]
] as const)("frequencies match the distribution: %s", (_, options, limit) => {
  const stream = createRandom(1);
  expect(chiSquared(options, () => stream, 40_000)).toBeLessThan(limit);
  // One draw each from many positions must be as good as many draws from one generator, and so must many seeds.
  expect(chiSquared(options, (i) => drawAt(5, i), 40_000)).toBeLessThan(limit);
  expect(chiSquared(options, (i) => drawAt(i, 5), 40_000)).toBeLessThan(limit);
});

test("the test can fail: draws from another temperature do not pass", () => {
  const warm = distribution(logits, {...PLAIN, temperature: 1.1});
  const random = createRandom(1);
  const counts = new Float64Array(logits.length);
  for (let i = 0; i < 40_000; i++) counts[sampleToken(warm, random)]!++;
  const plain = distribution(logits, PLAIN).probabilities;
  const statistic = plain.reduce((sum, p, id) => sum + (counts[id]! - 40_000 * p) ** 2 / (40_000 * p), 0);
  expect(statistic).toBeGreaterThan(24.32);
});

test("the ends of the unit interval", () => {
  const d = distribution(logits, {...PLAIN, topK: 3});
  expect(sampleToken(d, {uniform: () => 0})).toBe(2);
  expect(sampleToken(d, {uniform: () => 1 - 2 ** -53})).toBe(7);
  // Tokens whose probability underflows are never drawn, even when rounding leaves a gap at 1.
  const cold = distribution(Float32Array.of(0, 0, 0, -1e9), PLAIN);
  expect(sampleToken(cold, {uniform: () => 1})).toBe(2);
});

test("a position's draw is the same whatever came before, and differs by seed and position", () => {
  expect(drawAt(1, 2).uniform()).toBe(drawAt(1, 2).uniform());
  const draws = new Set<number>();
  for (let seed = -5; seed < 45; seed++) for (let i = 0; i < 50; i++) draws.add(drawAt(seed, i).uint32());
  expect(draws.size).toBe(2500);
});

import {describe, expect, it} from "vitest";
import {createRandom} from "../src/components/random.js";

/** Mean and variance of numbers. */
function moments(values: number[]): {mean: number; variance: number} {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return {mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length};
}

/** Σ (observed − expected)² / expected over equally likely cells. */
function chiSquared(counts: number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("createRandom", () => {
  // From a Python transcription of PractRand's sfc32 and of splitmix32, in unbounded integers.
  it.each([
    [
      [1, 2, 3, 4],
      [7, 34, 56623200, 188882296, 3431242869, 399395954]
    ],
    [
      [0xdeadbeef | 0, 0x12345678, 0x9abcdef0 | 0, 1],
      [4041348456, 2195792581, 3074186425, 2226557559, 1337138538, 3642565243]
    ]
  ] as const)("is sfc32 from state %o", (state, expected) => {
    const random = createRandom([...state]);
    expect(expected.map(() => random.uint32())).toEqual([...expected]);
  });

  it.each([
    [0, [591558436, 2737234123, 107644106, 1338548054]],
    [1337, [420176245, 3262711532, 173091441, 582527576]],
    [2 ** 32 - 1, [401775837, 815230463, 1635982147, 2773186149]]
  ] as const)("expands seed %i by splitmix32", (seed, expected) => {
    const random = createRandom(seed);
    expect(expected.map(() => random.uint32())).toEqual([...expected]);
  });

  it("continues from its state on the same sequence, whatever was drawn, also through JSON", () => {
    const random = createRandom(7);
    for (let i = 0; i < 100; i++) [random.uint32, random.uniform, random.normal][i % 3]!();
    const state = JSON.parse(JSON.stringify(random.state()));
    const resumed = createRandom(state);
    const draw = ({uint32, uniform, normal, integer}: typeof random) =>
      Array.from({length: 30}, () => [uint32(), uniform(), normal(), integer(10)]);
    expect(draw(resumed)).toEqual(draw(random));
    expect(resumed.state()).toEqual(random.state());
  });

  it("starts neighbouring seeds far apart", () => {
    const draws = Array.from({length: 1000}, (_, seed) => createRandom(seed).uint32());
    expect(new Set(draws).size).toBe(1000);
    // 20 equally likely cells, 19 degrees of freedom: above 43.8 once in a thousand.
    const cells = new Array(20).fill(0);
    for (const draw of draws) cells[Math.floor((20 * draw) / 2 ** 32)]++;
    expect(chiSquared(cells)).toBeLessThan(43.8);
  });

  it("draws uniform numbers in [0, 1) and whole numbers below n evenly", () => {
    const random = createRandom(11);
    const cells = new Array(100).fill(0);
    const whole = new Array(7).fill(0);
    for (let i = 0; i < 100_000; i++) {
      cells[Math.floor(100 * random.uniform())]++;
      whole[random.integer(7)]++;
    }
    // A number outside its range falls into none of the cells, or into a new one.
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
    expect([cells.length, sum(cells), whole.length, sum(whole)]).toEqual([100, 100_000, 7, 100_000]);
    // 99 and 6 degrees of freedom, exceeded once in a thousand.
    expect(chiSquared(cells)).toBeLessThan(148.2);
    expect(chiSquared(whole)).toBeLessThan(22.5);
  });

  it("draws normal deviates: mean 0, variance 1, tails as they should be, one after another independent", () => {
    const random = createRandom(12);
    const n = 100_000;
    const z = Array.from({length: n}, () => random.normal());
    const {mean, variance} = moments(z);
    // Four standard errors each: 1/√n, √(2/n).
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    const beyond = (limit: number) => z.filter((x) => Math.abs(x) > limit).length / n;
    expect(beyond(1)).toBeCloseTo(0.3173, 2);
    expect(beyond(2)).toBeCloseTo(0.0455, 2);
    expect(beyond(3)).toBeGreaterThan(0.002);
    expect(beyond(3)).toBeLessThan(0.0035);
    const products = z.slice(1).map((x, i) => x * z[i]!);
    expect(Math.abs(moments(products).mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(z.every(Number.isFinite)).toBe(true);
  });
});

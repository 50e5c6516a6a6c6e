import {describe, expect, it} from "vitest";
import {createRandom} from "../../src/components/random.js";
import {DifferenceQuotient} from "../../src/components/training/differenceQuotient.js";

/** The derivative of f at a place, and how wrong it is said to be. */
const quotient = (f: (x: number) => number, at: number, step: number) =>
  new DifferenceQuotient(f(at), 2 ** -53).of(async (x) => f(at + x), step);

describe("DifferenceQuotient", () => {
  it.each([1e-3, 0.1, 1, 4])(
    "finds derivatives, and no further off than it says, from a step of %s",
    async (step) => {
      const functions: [(x: number) => number, (x: number) => number][] = [
        [Math.sin, Math.cos],
        [Math.exp, Math.exp],
        [(x) => x ** 4 - 3 * x ** 3 + x, (x) => 4 * x ** 3 - 9 * x ** 2 + 1],
        [(x) => Math.log(1 + x * x), (x) => (2 * x) / (1 + x * x)]
      ];
      for (const [f, slope] of functions)
        for (const at of [-1, 0.3, 2]) {
          const {derivative, error} = await quotient(f, at, step);
          expect(Math.abs(derivative - slope(at))).toBeLessThanOrEqual(error);
          expect(error).toBeLessThan(1e-2);
        }
    }
  );

  it("says how wrong it is where f has a bend within reach", async () => {
    for (const at of [0.3, 0.05, 0.01, 0.003, 1e-4, 1e-9]) {
      const {derivative, error} = await quotient(Math.abs, at, 0.1);
      expect(Math.abs(derivative - 1)).toBeLessThanOrEqual(error);
    }
  });

  it("sees how much values are rounded, and allows for no more than that", async () => {
    const random = createRandom(1);
    const deviation = 1e-6;
    const rounded = async (x: number) => Math.sin(x) + deviation * random.normal();
    const quotient = new DifferenceQuotient(0, 1e-9);
    const errors: number[] = [];
    for (let i = 0; i < 200; i++) {
      const {derivative, error} = await quotient.of(rounded, 0.5);
      expect(Math.abs(derivative - 1)).toBeLessThan(error);
      errors.push(error);
    }
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(mean).toBeGreaterThan(deviation);
    expect(mean).toBeLessThan(1000 * deviation);
  });

  it("believes no values to be finer than their numbers are", async () => {
    const {derivative, error} = await new DifferenceQuotient(0, 1e-6).of(async () => 0, 0.01);
    expect(derivative).toBe(0);
    expect(error).toBeGreaterThan((5 * 1e-6) / 0.02);
  });

  it("lets nothing pass for a derivative of what is no number", async () => {
    const {derivative} = await new DifferenceQuotient(0, 1e-6).of(async () => Number.NaN, 0.01);
    expect(derivative).toBeNaN();
  });
});

import {describe, expect, it} from "vitest";
import {presets} from "../../src/components/training/presets.js";
import {learningRateAt} from "../../src/components/training/schedule.js";
import {fixtures} from "../ops/fixtures.js";

const config = {
  ...presets.toy.train,
  learningRate: 1e-3,
  minLearningRate: 1e-4,
  warmupSteps: 100,
  steps: 1100
};

describe("learningRateAt", () => {
  it("rises in equal steps from just above zero to just below the peak", () => {
    expect(learningRateAt(0, config)).toBeCloseTo(1e-3 / 101, 12);
    expect(learningRateAt(49, config)).toBeCloseTo(5e-2 / 101, 12);
    expect(learningRateAt(99, config)).toBeCloseTo(0.1 / 101, 12);
  });

  it("reaches the peak once, right after the warm-up", () => {
    const rates = Array.from({length: config.steps}, (_, step) => learningRateAt(step, config));
    expect(Math.max(...rates)).toBe(1e-3);
    expect(rates.indexOf(1e-3)).toBe(100);
    expect(rates.lastIndexOf(1e-3)).toBe(100);
  });

  it("falls along half a cosine: halfway at the middle, flat at the end", () => {
    expect(learningRateAt(600, config)).toBeCloseTo((1e-3 + 1e-4) / 2, 12);
    expect(learningRateAt(350, config)).toBeCloseTo(1e-4 + 0.5 * (1 + Math.SQRT1_2) * 9e-4, 12);
    expect(learningRateAt(1099, config)).toBeCloseTo(1e-4, 7);
    for (let step = 101; step < 1100; step++)
      expect(learningRateAt(step, config)).toBeLessThan(learningRateAt(step - 1, config));
  });

  it("stays at the minimum beyond the end", () => {
    expect(learningRateAt(1100, config)).toBe(1e-4);
    expect(learningRateAt(10_000, config)).toBe(1e-4);
  });

  it("starts at the peak without a warm-up, and never leaves it when both rates are the same", () => {
    expect(learningRateAt(0, {...config, warmupSteps: 0})).toBe(1e-3);
    const level = {...config, warmupSteps: 0, minLearningRate: 1e-3};
    for (const step of [0, 500, 1099, 2000]) expect(learningRateAt(step, level)).toBe(1e-3);
  });

  it("is a number where the warm-up is as long as the run or longer", () => {
    for (const warmupSteps of [1100, 5000])
      for (const step of [0, 1, 1099, 1100, 4999, 5000])
        expect(learningRateAt(step, {...config, warmupSteps})).toBeGreaterThan(0);
  });

  it("stays at the peak where it is constant", () => {
    const constant = {...config, schedule: "constant"} as const;
    expect(learningRateAt(99, constant)).toBeCloseTo(0.1 / 101, 12);
    for (const step of [100, 600, 1099, 5000]) expect(learningRateAt(step, constant)).toBe(1e-3);
  });

  it("falls along a line", () => {
    const linear = {...config, schedule: "linear"} as const;
    expect(learningRateAt(100, linear)).toBe(1e-3);
    expect(learningRateAt(600, linear)).toBeCloseTo((1e-3 + 1e-4) / 2, 12);
    expect(learningRateAt(850, linear)).toBeCloseTo(1e-3 - 0.75 * 9e-4, 12);
    expect(learningRateAt(1100, linear)).toBe(1e-4);
  });

  it("falls as the inverse square root of the step, down to the minimum", () => {
    const root = {...config, schedule: "inverseSquareRoot"} as const;
    expect(learningRateAt(100, root)).toBe(1e-3);
    expect(learningRateAt(400, root)).toBeCloseTo(5e-4, 12);
    expect(learningRateAt(900, root)).toBeCloseTo(1e-3 / 3, 12);
    expect(learningRateAt(1e6, root)).toBe(1e-4);
    expect(learningRateAt(4, {...root, warmupSteps: 0})).toBeCloseTo(5e-4, 12);
  });

  it("goes up and down as PyTorch's one-cycle schedule does", () => {
    const {rates, ...cycle} = fixtures.oneCycle;
    for (const [step, rate] of rates.entries())
      expect(learningRateAt(step, {...cycle, schedule: "oneCycle"})).toBeCloseTo(rate, 12);
  });

  it("multiplies its way up in a range test", () => {
    const test = {
      ...config,
      schedule: "rangeTest",
      minLearningRate: 1e-6,
      learningRate: 1,
      steps: 7
    } as const;
    for (const step of [0, 1, 2, 3, 4, 5, 6])
      expect(learningRateAt(step, test)).toBeCloseTo(10 ** (step - 6), 12 - step);
  });
});

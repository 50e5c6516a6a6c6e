import {describe, expect, it} from "vitest";
import {
  bestSplit,
  computeOptimal,
  fitLaw,
  fitPower,
  lawLoss,
  relativeError
} from "../../../src/components/chapters/scale/scalingFit.js";

const truth = {floor: 1.69, A: 406.4, alpha: 0.34, B: 410.7, beta: 0.28, residual: 0};
const grid = [1e3, 1e4, 1e5, 1e6].flatMap((parameters) =>
  [1e5, 1e6, 1e7, 1e8].map((tokens) => ({parameters, tokens, loss: lawLoss(truth, parameters, tokens)}))
);

describe("fitLaw", () => {
  it("finds the four numbers that losses were made of", () => {
    const law = fitLaw(grid, truth.floor);
    expect(law.alpha).toBeCloseTo(truth.alpha, 3);
    expect(law.beta).toBeCloseTo(truth.beta, 3);
    expect(law.A / truth.A).toBeCloseTo(1, 1);
    expect(law.B / truth.B).toBeCloseTo(1, 1);
    expect(law.residual).toBeLessThan(1e-4);
  });

  it("says how far losses are from any law", () => {
    // Every other run a tenth above or below what the law says.
    const noisy = grid.map((run, i) => ({
      ...run,
      loss: truth.floor + (run.loss - truth.floor) * (i % 2 ? 1.1 : 0.9)
    }));
    const law = fitLaw(noisy, truth.floor);
    const errors = noisy.map((run) => relativeError(law, run));
    expect(law.residual).toBeGreaterThan(0.08);
    expect(law.residual).toBeLessThan(0.11);
    expect(Math.max(...errors)).toBeGreaterThan(0.05);
    expect(Math.min(...errors)).toBeLessThan(-0.05);
  });

  it("refuses fewer runs than show anything, and runs that are all alike", () => {
    expect(() => fitLaw(grid.slice(0, 4), truth.floor)).toThrow("at least five runs; there are 4");
    const alike = Array.from({length: 6}, () => grid[0]!);
    expect(() => fitLaw(alike, truth.floor)).toThrow("No law of this form");
  });
});

it("keeps the runs that no cheaper one beats", () => {
  const runs = [
    {flops: 4, loss: 1},
    {flops: 1, loss: 3},
    {flops: 2, loss: 3.5},
    {flops: 3, loss: 2},
    {flops: 3, loss: 1.9}
  ];
  expect(computeOptimal(runs)).toEqual([
    {flops: 1, loss: 3},
    {flops: 3, loss: 1.9},
    {flops: 4, loss: 1}
  ]);
});

it("fits a line on logarithmic axes", () => {
  const law = fitPower([1, 10, 1000].map((x) => [x, 5 * x ** -0.3] as const));
  expect(law.c).toBeCloseTo(5, 9);
  expect(law.exponent).toBeCloseTo(0.3, 9);
  expect(law.residual).toBeLessThan(1e-9);
  expect(() => fitPower([[1, 1]])).toThrow("at least two points");
});

it("splits a budget where no other split gives less", () => {
  const flops = 1e15;
  const {parameters, tokens} = bestSplit(truth, flops);
  expect(6 * parameters * tokens).toBeCloseTo(flops, -3);
  const least = lawLoss(truth, parameters, tokens);
  for (const factor of [0.5, 0.9, 1.1, 2])
    expect(lawLoss(truth, parameters * factor, tokens / factor)).toBeGreaterThan(least);
});

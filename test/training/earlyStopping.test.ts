import {expect, it} from "vitest";
import {
  bestLoss,
  hasStoppedEarly,
  isComplete,
  stopsEarly
} from "../../src/components/training/earlyStopping.js";

const history = (...losses: (number | null)[]) =>
  losses.map((validationLoss, step) => ({step, trainLoss: 1, validationLoss}));

it("knows the best estimate and how many came since", () => {
  expect(bestLoss(history())).toBeNull();
  expect(bestLoss(history(null, null))).toBeNull();
  expect(bestLoss(history(3, null, 2, null, 2.5, 2.1))).toEqual({
    step: 2,
    validationLoss: 2,
    estimatesSince: 2
  });
});

it("stops after as many estimates without improvement as its patience", () => {
  const losses = history(3, 2, 2.5, null, 2.1);
  expect(stopsEarly(losses, 3)).toBe(false);
  expect(stopsEarly(losses, 2)).toBe(true);
  expect(stopsEarly(losses, 0)).toBe(false);
  expect(stopsEarly(history(2, 2), 1)).toBe(true); // equal is no improvement
  expect(stopsEarly([], 1)).toBe(false);
});

it("tells a run that stopped early from one that has done its last step, and from one that goes on", () => {
  const run = (step: number, ...losses: number[]) => ({
    step,
    history: history(...losses),
    trainConfig: {steps: 9, patience: 2}
  });
  const end = (...given: Parameters<typeof run>) => [
    isComplete(run(...given)),
    hasStoppedEarly(run(...given))
  ];
  expect(end(5, 3, 2, 2.5)).toEqual([false, false]);
  expect(end(5, 3, 2, 2.5, 2.4)).toEqual([true, true]);
  expect(end(9, 3, 2, 2.5, 2.4)).toEqual([true, false]);
});

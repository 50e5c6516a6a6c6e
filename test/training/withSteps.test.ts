import {expect, it} from "vitest";
import {checkTrainConfig} from "../../src/components/training/config.js";
import {presets} from "../../src/components/training/presets.js";
import {withSteps} from "../../src/components/training/withSteps.js";

const {train} = presets.toy;

it("shortens the warm-up of a short run to a tenth, and never lengthens it", () => {
  expect(withSteps(train, 300)).toEqual({...train, steps: 300, warmupSteps: 30});
  expect(withSteps(train, 9).warmupSteps).toBe(0);
  expect(withSteps(train, 1000)).toEqual(train);
  expect(withSteps(train, 50_000).warmupSteps).toBe(train.warmupSteps);
});

it("leaves it to the check of settings to name an impossible number of steps", () => {
  expect(() => checkTrainConfig(withSteps(train, Number.NaN))).toThrow(/^steps is NaN/);
  expect(() => checkTrainConfig(withSteps(train, 0))).toThrow(/^steps is 0/);
});

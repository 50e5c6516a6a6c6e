import {expect, it} from "vitest";
import {checkTrainConfig, type TrainConfig} from "../../src/components/training/config.js";
import {optimiserDefaults, withOptimiser} from "../../src/components/training/optimiserDefaults.js";
import {presets} from "../../src/components/training/presets.js";

const {train} = presets.toy;

it.each<[Partial<TrainConfig>, string]>([
  [{learningRate: 11}, "learningRate is 11; it must be a number from 1e-8 to 10."],
  [{learningRate: 0}, "learningRate is 0; it must be a number from 1e-8 to 10."],
  [{learningRate: Number.POSITIVE_INFINITY}, "learningRate is Infinity; it must be a number"],
  [{batchSize: 2000}, "batchSize is 2000; it must be a whole number from 1 to 1024."],
  [{steps: 1e7}, "steps is 10000000; it must be a whole number from 1 to 1000000."],
  [{beta2: 1}, "beta2 is 1; it must be a number from 0 to 0.99999."],
  [{labelSmoothing: 1}, "labelSmoothing is 1; it must be a number from 0 to 0.95."],
  [{accumulationSteps: 5}, "accumulationSteps is 5, which does not divide batchSize, 12"],
  [{minLearningRate: 0.01}, "minLearningRate is 0.01; it must be at most learningRate, 0.003."],
  [
    {schedule: "oneCycle", warmupSteps: 1000},
    "warmupSteps is 1000; in a one-cycle schedule it must be less than steps, 1000"
  ],
  [{schedule: "rangeTest", minLearningRate: 0}, "minLearningRate is 0; a range test multiplies its way up"],
  [{optimiser: "lion" as never}, 'optimiser is "lion"; it must be one of sgd, momentum, adam, adamW, muon.'],
  [{overfitOneBatch: 1 as never}, "overfitOneBatch is 1; it must be true or false."]
])("refuses %j with the field, the value and the limit", (change, sentence) => {
  expect(() => checkTrainConfig({...train, ...change})).toThrow(RangeError);
  expect(() => checkTrainConfig({...train, ...change})).toThrow(sentence);
});

it.each(Object.keys(optimiserDefaults) as TrainConfig["optimiser"][])(
  "%s has defaults that every preset can be trained with, and a reason for them",
  (optimiser) => {
    for (const preset of Object.values(presets)) {
      const suited = withOptimiser(preset.train, optimiser);
      expect(() => checkTrainConfig(suited)).not.toThrow();
      expect(suited.learningRate / suited.minLearningRate).toBeCloseTo(10, 4);
    }
    expect(optimiserDefaults[optimiser].reason).toMatch(/\d\.\d.*\.$/);
  }
);

it("leaves a preset with its own optimiser as it is", () => {
  for (const preset of Object.values(presets))
    expect(withOptimiser(preset.train, preset.train.optimiser)).toEqual(preset.train);
});

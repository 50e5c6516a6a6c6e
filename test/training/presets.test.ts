import {describe, expect, it} from "vitest";
import {checkModelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import {checkTrainConfig} from "../../src/components/training/config.js";
import {type PresetName, presets} from "../../src/components/training/presets.js";

/** The vocabulary of tiny Shakespeare. */
const V = 65;

describe.each(Object.entries(presets))("%s", (_name, {model, train, purpose}) => {
  it("is a possible model and a possible run", () => {
    expect(() => checkModelConfig({...model, vocabSize: V})).not.toThrow();
    expect(() => checkTrainConfig(train)).not.toThrow();
    expect(purpose).toMatch(/\.$/);
  });

  it("warms up before the end, falls to a tenth, and measures at the end as at the start", () => {
    expect(train.warmupSteps).toBeLessThan(train.steps);
    expect(train.learningRate / train.minLearningRate).toBeCloseTo(10, 9);
    expect(train.steps % train.evalInterval).toBe(0);
  });
});

/** Counted by the formula: V·C + T·C + L(12·C² + 13·C) + 2·C where F = 4·C. */
const closedForm = (L: number, C: number, T: number, vocabulary: number) =>
  (vocabulary + T) * C + L * (12 * C * C + 13 * C) + 2 * C;

it.each<[PresetName, number, number]>([
  // Rounded as people say it: about 250 thousand, 0.8, 10.7 and 25 million.
  ["toy", V, 262_400],
  ["nanogpt-cpu", V, 809_856],
  ["baby", V, 10_770_816],
  ["full", 12_288, 25_337_856]
])("%s has the size it should, with a vocabulary of %i", (name, vocabSize, expected) => {
  const {model} = presets[name];
  expect(closedForm(model.nLayer, model.nEmbd, model.blockSize, vocabSize)).toBe(expected);
  expect(parameterCount({...model, vocabSize})).toBe(expected);
});

it("counts what initialisation makes", () => {
  const config = {...presets.toy.model, vocabSize: V};
  const made = Object.values(initialise(config, createRandom(1)));
  expect(made.reduce((sum, {data}) => sum + data.length, 0)).toBe(parameterCount(config));
});

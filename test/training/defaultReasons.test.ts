import {expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {
  modelReasons,
  type PresetField,
  presetReasons,
  reasonFor,
  trainingReasons
} from "../../src/components/training/defaultReasons.js";
import {type PresetName, presets} from "../../src/components/training/presets.js";

it("gives every setting of every preset a reason, in sentences of its own", () => {
  for (const [name, {model, train}] of Object.entries(presets)) {
    const fields = Object.keys({...model, ...train}) as PresetField[];
    for (const field of fields) expect(reasonFor(name as PresetName, field), field).toMatch(/^.{3,}\.”?$/);
  }
  const {vocabSize, ...model} = modelConfig({...presets.toy.model, vocabSize: 2});
  expect(Object.keys(modelReasons).sort()).toEqual(Object.keys(model).sort());
  expect(Object.keys(trainingReasons).sort()).toEqual(Object.keys(presets.toy.train).sort());
});

it("knows where a preset departs from the others", () => {
  expect(reasonFor("toy", "learningRate")).toBe(presetReasons.toy.learningRate);
  expect(reasonFor("baby", "learningRate")).toBe(trainingReasons.learningRate);
  // Whatever differs between presets in training has a reason that says so.
  const common = presets["nanogpt-cpu"].train;
  for (const [name, {train}] of Object.entries(presets)) {
    const own = (Object.keys(train) as (keyof typeof train)[]).filter(
      (field) => train[field] !== common[field] && field !== "steps" && field !== "minLearningRate"
    );
    for (const field of own)
      expect(presetReasons[name as PresetName], `${name} ${field}`).toHaveProperty(field);
  }
});

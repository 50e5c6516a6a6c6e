import {describe, expect, it} from "vitest";
import {checkModelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {createRandom} from "../../src/components/random.js";
import {checkTrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {type PresetName, presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "./corpus.js";

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

it("takes a real training step of the full preset, with one window for want of memory", async () => {
  await useBackend("wasm");
  const {model, train} = presets.full;
  const corpus = tinyCorpus();
  const config = {...model, vocabSize: 8};
  const start = newRun(config, {...train, batchSize: 1}, corpus.meta);
  const trainer = new Trainer(start, corpus, "wasm");
  const {loss, gradientNorm} = await trainer.trainStep();
  expect(loss).toBeCloseTo(Math.log(8), 0);
  expect(gradientNorm).toBeGreaterThan(0);
  const after = await trainer.parameterData();
  expect(Object.keys(after)).toEqual(Object.keys(start.parameters));
  const unmoved = Object.entries(after).filter(([name, {data}]) =>
    data.every((value, i) => value === start.parameters[name]!.data[i])
  );
  // The gradient of a key's bias is 0: it shifts all scores of a query alike. Every tensor moves as a whole.
  expect(unmoved.map(([name]) => name)).toEqual([]);
  trainer.dispose();
});

it("refuses the full preset's whole batch where memory is WebAssembly's, and says what is too large", async () => {
  await useBackend("wasm");
  const {model, train} = presets.full;
  expect(() => newRun({...model, vocabSize: 8}, train, tinyCorpus().meta, deviceLimits())).toThrow(
    /^Training this model takes about 7,\d+ MB; WebAssembly holds at most 2,150 MB\./
  );
  // In halves whose blocks are computed twice it fits.
  const frugal = {...train, gradientCheckpointing: true, accumulationSteps: 2};
  expect(() => newRun({...model, vocabSize: 8}, frugal, tinyCorpus().meta, deviceLimits())).not.toThrow();
});

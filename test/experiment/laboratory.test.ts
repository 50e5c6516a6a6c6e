import * as tf from "@tensorflow/tfjs-core";
import {describe, expect, it} from "vitest";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {receiptOf, receiptText} from "../../src/components/exchange/receipt.js";
import {Laboratory} from "../../src/components/experiment/laboratory.js";
import type {ExperimentReport, ExperimentSettings} from "../../src/components/experiment/protocol.js";
import {modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {createRandom} from "../../src/components/random.js";
import {cutForModel, readGivenModel} from "../../src/components/training/givenModel.js";
import {trainingLoop} from "../../src/components/training/loop.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "../training/corpus.js";

const model = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8});
const train = {...presets.toy.train, batchSize: 2, steps: 6, warmupSteps: 1, evalInterval: 3, evalBatches: 1};
const settings: ExperimentSettings = {
  corpus: {kind: "text", name: "test", text: ""},
  model,
  train,
  gradientInterval: 3,
  sample: {interval: 4, tokens: 5, temperature: 1, seed: 1},
  parameters: true
};

function laboratory() {
  const reports: ExperimentReport[] = [];
  let loads = 0;
  const lab = new Laboratory({
    post: (report) => reports.push(report),
    startBackend: async () => {
      await useBackend("wasm");
      return "wasm";
    },
    deviceLimits,
    loadCorpus: async () => {
      loads += 1;
      return tinyCorpus();
    },
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now()
  });
  const of = <Type extends ExperimentReport["type"]>(type: Type) =>
    reports.filter((report): report is Extract<ExperimentReport, {type: Type}> => report.type === type);
  return {lab, reports, of, loads: () => loads};
}

it("trains, and reports steps, losses, gradients, samples and parameters", async () => {
  const {lab, reports, of} = laboratory();
  await lab.handle({type: "run", id: 7, settings});
  expect(reports.every(({id}) => id === 7)).toBe(true);
  expect(reports[0]).toMatchObject({type: "started", adapter: "wasm", config: {vocabSize: 8}});
  expect(of("step").map(({step}) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(of("evaluated").map(({step}) => step)).toEqual([0, 3, 6]);
  expect(of("gradients").map(({step}) => step)).toEqual([0, 3, 6]);
  const {norms} = of("gradients")[0]!;
  expect(Object.keys(norms)).toContain("transformer.h.1.mlp.c_fc.weight");
  expect(Object.values(norms).every((norm) => norm > 0)).toBe(true);
  expect(of("sample").map(({step, text}) => [step, text.length])).toEqual([
    [4, 6],
    [6, 6]
  ]);
  expect(of("parameters")[0]!.parameters["transformer.wte.weight"]!.shape).toEqual([8, 8]);
  expect(reports.at(-1)).toEqual({id: 7, type: "ended", step: 6, isComplete: true});
});

it("sends the parameters on the way, before the first step and after the last once", async () => {
  const {lab, of} = laboratory();
  await lab.handle({type: "run", id: 1, settings: {...settings, parameterInterval: 4}});
  const sent = of("parameters");
  expect(sent.map(({step}) => step)).toEqual([0, 4, 6]);
  const table = (i: number) => sent[i]!.parameters["transformer.wte.weight"]!.data;
  expect(table(0)).not.toEqual(table(1));
  await lab.handle({type: "run", id: 2, settings: {...settings, parameterInterval: 3}});
  expect(of("parameters").map(({step}) => step)).toEqual([0, 4, 6, 0, 3, 6]);
});

it("ends an experiment for the next one, keeps the text, and leaves no tensor behind", async () => {
  const {lab, of, loads} = laboratory();
  await lab.handle({type: "run", id: 1, settings: {...settings, train: {...train, steps: 2}}});
  const {numTensors} = tf.memory();
  const long = {...settings, train: {...train, steps: 5000}};
  const first = lab.handle({type: "run", id: 2, settings: long});
  await new Promise((resolve) => setTimeout(resolve, 100));
  await Promise.all([first, lab.handle({type: "run", id: 3, settings})]);
  const ends = of("ended").map(({id, isComplete}) => [id, isComplete]);
  expect(ends).toEqual([
    [1, true],
    [2, false],
    [3, true]
  ]);
  expect(loads()).toBe(1);
  expect(tf.memory().numTensors).toBe(numTensors);
});

it("reports what cannot be as a sentence, and goes on", async () => {
  const {lab, of} = laboratory();
  await lab.handle({type: "run", id: 1, settings: {...settings, model: {...model, nHead: 3, nKvHead: 3}}});
  expect(of("failed")[0]!.message).toContain("nEmbd is 8, which nHead 3 does not divide");
  await lab.handle({type: "run", id: 2, settings});
  expect(of("ended").at(-1)).toMatchObject({id: 2, isComplete: true});
});

it("says that training diverged, and tells its text by name and size", async () => {
  const {lab, of} = laboratory();
  // Exactly at the limit of what may be asked for, with nothing to hold it back, and past steps that add up.
  const wild = {
    ...train,
    optimiser: "momentum",
    momentum: 0.99,
    learningRate: 10,
    minLearningRate: 10,
    clipNorm: 1e6
  } as const;
  await lab.handle({type: "run", id: 1, settings: {...settings, train: {...wild, steps: 200}}});
  expect(of("failed")).toHaveLength(1);
  expect(of("failed")[0]).toMatchObject({isDiverged: true});
  expect(of("failed")[0]!.message).toMatch(/not a finite number at step \d+\. learningRate 10 is probably/);
  expect(of("started")[0]!.text).toMatchObject({name: "test words", counts: {train: 3600}});
});

it("takes a file for another when its size or date is another", async () => {
  const {lab, loads} = laboratory();
  const short = {...settings, train: {...train, steps: 1}};
  const from = (text: string, lastModified: number) => ({
    kind: "file" as const,
    name: "words.txt",
    file: new File([text], "words.txt", {lastModified})
  });
  for (const [text, date] of [
    ["abc", 1],
    ["abc", 1],
    ["abcd", 1],
    ["abcd", 2]
  ] as const)
    await lab.handle({type: "run", id: 1, settings: {...short, corpus: from(text, date)}});
  expect(loads()).toBe(3);
});

describe("a replay", () => {
  const plain: ExperimentSettings = {corpus: settings.corpus, model, train};
  const replay = {text: receiptText(tinyCorpus().meta), until: 4};
  const losses = (reports: readonly ExperimentReport[]) =>
    reports.flatMap((report) =>
      report.type === "step"
        ? [[report.step, report.loss]]
        : report.type === "evaluated"
          ? [[report.step, report.validationLoss]]
          : []
    );

  it("comes to the same losses bit for bit, as far as it is to go", async () => {
    const {lab, reports, of} = laboratory();
    await lab.handle({type: "run", id: 1, settings: plain});
    const first = losses(reports);
    reports.length = 0;
    await lab.handle({type: "run", id: 2, settings: {...plain, replay}});
    expect(losses(reports)).toEqual(first.filter(([step]) => step! <= 4));
    expect(of("ended")).toEqual([{id: 2, type: "ended", step: 4, isComplete: true}]);
  });

  it("begins at the model that the run began at, bit for bit, and at no other", async () => {
    const config = {...model, vocabSize: 8};
    const corpus = tinyCorpus();
    const file = (seed: number) => {
      const parameters = initialise(config, createRandom(seed));
      const metadata = {tokenizer: corpus.meta.tokenizer, run: null};
      return {name: "mine", file: new Blob([toOnnx({config, parameters, metadata})])};
    };
    const given = await readGivenModel(file(3));
    const cut = await cutForModel(given, async () => corpus);
    await useBackend("wasm");
    const trainer = new Trainer(newRun(config, train, cut.meta, deviceLimits(), given), cut, "wasm");
    await trainingLoop(trainer, {
      signal: new AbortController().signal,
      until: 4,
      onStep: () => {},
      onEvaluation: () => {},
      yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
      now: () => performance.now()
    });
    const receipt = receiptOf(await trainer.snapshot());
    trainer.dispose();
    expect(receipt.begunFrom).toEqual({name: "mine", sha256: given.begunFrom.sha256});

    const as = receipt.begunFrom!;
    const {lab, reports, of} = laboratory();
    const again = {...plain, replay: {text: receipt.text, until: 4, begin: {at: file(3), as}}};
    await lab.handle({type: "run", id: 1, settings: again});
    expect(of("failed")).toEqual([]);
    const losses = receipt.curve.flatMap(({trainLoss}) => (trainLoss === null ? [] : [trainLoss]));
    expect(of("step").map(({loss}) => loss)).toEqual(losses);
    expect(losses).toHaveLength(4);

    const wrong = {...again, replay: {...again.replay, begin: {at: file(4), as}}};
    reports.length = 0;
    await lab.handle({type: "run", id: 2, settings: wrong});
    expect(reports).toEqual([
      expect.objectContaining({
        type: "failed",
        message: expect.stringMatching(/“mine” is another model: .* Open the/)
      })
    ]);
  });

  it("says that a run in mixed precision was computed in float32", async () => {
    const {lab, of} = laboratory();
    const mixed = {...plain, train: {...train, precision: "mixed"} as const, replay};
    await lab.handle({type: "run", id: 1, settings: mixed});
    expect(of("ended")[0]!.unmixed).toMatch(/float32/);
  });

  it("does not begin on another text", async () => {
    const {lab, reports} = laboratory();
    const other = {...replay, text: {...replay.text, name: "Emma", sha256: "a".repeat(64)}};
    await lab.handle({type: "run", id: 1, settings: {...plain, replay: other}});
    expect(reports).toEqual([
      expect.objectContaining({type: "failed", message: expect.stringMatching(/Needed is “Emma”/)})
    ]);
  });
});

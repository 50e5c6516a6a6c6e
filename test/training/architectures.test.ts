import {beforeAll, describe, expect, it} from "vitest";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import {generate} from "../../src/components/generation/generate.js";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {trainerModel} from "../../src/components/training/trainerModel.js";
import {wholeTextLoss} from "../../src/components/training/validation.js";
import {useBackend} from "../backends.js";
import {tinyCorpus, tinyDocuments} from "./corpus.js";

const corpus = tinyCorpus();
const tokenizer = readTokenizer(corpus.meta.tokenizer);
const sizes = {nLayer: 2, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16, vocabSize: 8};
const train: TrainConfig = {
  ...presets.toy.train,
  batchSize: 8,
  steps: 300,
  learningRate: 2e-2,
  minLearningRate: 2e-3,
  warmupSteps: 5,
  evalInterval: 50,
  evalBatches: 8
};

beforeAll(() => useBackend("wasm"));

async function trained(config: Partial<ModelConfig>, change: Partial<TrainConfig> = {}, steps = 300) {
  const model = modelConfig({...sizes, ...config});
  const settings = {...train, ...change, steps};
  const trainer = new Trainer(newRun(model, settings, corpus.meta), corpus, "wasm");
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) losses.push((await trainer.trainStep()).loss);
  return {trainer, losses, last: losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20};
}

/** What a model that knows only the last token can reach on this text. */
const bigramLoss = ngramLoss(trainNgram(corpus.train, {order: 2, vocabSize: 8}), corpus.val);

describe("the models before attention, in the same trainer", () => {
  it("counts bigrams: its loss becomes that of the counts of the whole text", async () => {
    const {trainer, losses} = await trained({architecture: "bigram", smoothing: 0.5}, {}, 60);
    expect(losses[0]).toBeCloseTo(Math.log(8), 5); // nothing counted yet: every token is as likely
    expect(Math.abs((await wholeTextLoss(trainer, corpus.val)) - bigramLoss)).toBeLessThan(0.02);
    trainer.dispose();
  });

  it("counts what it is given, exactly", async () => {
    const {trainer} = await trained({architecture: "bigram"}, {}, 3);
    const {data} = (await trainer.parameterData())["bigram.counts"]!;
    expect(data.every((count) => Number.isInteger(count))).toBe(true);
    expect(data.reduce((sum, count) => sum + count, 0)).toBe(3 * 8 * 16);
    trainer.dispose();
  });

  it("learns bigrams: the neural bigram comes to the same loss", async () => {
    const {trainer} = await trained({architecture: "neuralBigram", tiedHead: false}, {learningRate: 3e-2});
    expect(Math.abs((await wholeTextLoss(trainer, corpus.val)) - bigramLoss)).toBeLessThan(0.05);
    trainer.dispose();
  });

  it.each(["mlp", "attention"] as const)("%s sees further, and does better", async (architecture) => {
    const {trainer} = await trained({architecture, windowSize: 6, tiedHead: false});
    expect(await wholeTextLoss(trainer, corpus.val)).toBeLessThan(bigramLoss - 0.1);
    trainer.dispose();
  });
});

describe("the transformer's choices, in the same trainer", () => {
  const choices: Partial<ModelConfig>[] = [
    {position: "learned"},
    {position: "sinusoidal"},
    {position: "rope"},
    {position: "alibi"},
    {position: "none"},
    {norm: "rmsNorm", activation: "swiGlu", position: "rope", bias: false, nKvHead: 1, tiedHead: false},
    {normPlacement: "post"},
    {activation: "relu"},
    {activation: "geluExact"}
  ];
  it.each(choices)("%o learns", async (choice) => {
    const {trainer} = await trained(choice);
    expect(await wholeTextLoss(trainer, corpus.val)).toBeLessThan(bigramLoss - 0.1);
    trainer.dispose();
  });

  it("without the mask it cheats: its loss falls to what no model that looks back can reach", async () => {
    // Words are drawn at random, so looking back leaves at least this much to guess: a third of ln 3 a character.
    const floor = Math.log(3) / 5;
    const [honest, cheating] = [await trained({}), await trained({causal: false, tiedHead: false}, {}, 500)];
    expect(honest.last).toBeGreaterThan(floor);
    expect(cheating.last).toBeLessThan(floor / 2);
    honest.trainer.dispose();
    cheating.trainer.dispose();
  });

  it("without residuals and norms a deep stack hardly learns, with them it does", async () => {
    const deep = {nLayer: 6};
    const [bare, whole] = [
      await trained({...deep, residual: false, norm: "none"}, {}, 60),
      await trained(deep, {}, 60)
    ];
    expect(whole.last).toBeLessThan(bare.last - 0.3);
    bare.trainer.dispose();
    whole.trainer.dispose();
  });
});

describe("training settings", () => {
  it("drops the same elements for the same seed, others at each step, and none when measuring", async () => {
    const dropout = {embeddingDropout: 0.1, attentionDropout: 0.2, residualDropout: 0.1};
    const first = await trained({}, dropout, 6);
    const second = await trained({}, dropout, 6);
    const without = await trained({}, {}, 6);
    expect(second.losses).toEqual(first.losses);
    expect(without.losses).not.toEqual(first.losses);
    expect(await first.trainer.validationLoss()).toBe(await second.trainer.validationLoss());
    const batch = {inputs: Int32Array.from(corpus.train.subarray(0, 16)), targets: new Int32Array(16)};
    const lossAt = async () => {
      const {loss, gradients} = first.trainer.gradients(batch);
      const value = (await loss.data())[0];
      for (const gradient of [loss, ...Object.values(gradients)]) gradient.dispose();
      return value;
    };
    const [before, again] = [await lossAt(), await lossAt()];
    first.trainer.step += 1;
    expect(again).toBe(before);
    expect(await lossAt()).not.toBe(before);
    for (const {trainer} of [first, second, without]) trainer.dispose();
  });

  it("smooths labels in training only", async () => {
    const {trainer, losses} = await trained({}, {labelSmoothing: 0.2});
    // The smoothed loss can never fall below the entropy of what it asks for.
    const asked = [0.8 + 0.2 / 8, ...Array(7).fill(0.2 / 8)];
    const entropy = -asked.reduce((sum, q) => sum + q * Math.log(q), 0);
    expect(Math.min(...losses)).toBeGreaterThan(entropy);
    expect(await wholeTextLoss(trainer, corpus.val)).toBeLessThan(entropy);
    trainer.dispose();
  });

  it("trains on padded documents", async () => {
    const documents = tinyDocuments();
    const model = modelConfig({...sizes, blockSize: 40});
    const run = newRun(model, {...train, batching: "documents"}, documents.meta);
    const trainer = new Trainer(run, documents, "wasm");
    const before = await trainer.validationLoss();
    for (let i = 0; i < 100; i++) await trainer.trainStep();
    expect(await trainer.validationLoss()).toBeLessThan(before - 1);
    trainer.dispose();
    expect(
      () => new Trainer(newRun(model, {...train, batching: "documents"}, corpus.meta), corpus, "wasm")
    ).toThrow("Separate documents by a blank line, or train on windows.");
  });
});

describe("decoding with a key-value cache", () => {
  const kinds: Partial<ModelConfig>[] = [
    {position: "learned"},
    {position: "sinusoidal"},
    {position: "rope"},
    {position: "alibi"},
    {position: "none"},
    {position: "rope", norm: "rmsNorm", activation: "swiGlu", nKvHead: 1},
    {normPlacement: "post"},
    {architecture: "attention"}
  ];
  it.each(kinds)("%o writes the same tokens, within the context and past it", async (kind) => {
    const {trainer} = await trained(kind, {}, 30);
    const model = trainerModel(trainer, tokenizer);
    expect(model.decoding).toBeDefined();
    const {decoding: _, ...plain} = model;
    const write = async (asked: typeof plain) => {
      const ids: number[] = [];
      // 60 tokens after a prompt of 10 in a context of 16: the window moves six times.
      const tokens = generate(asked, corpus.val.subarray(0, 10), {
        options: {temperature: 1, topK: 0, topP: 1},
        seed: 5,
        steps: 60
      });
      for await (const {id} of tokens) ids.push(id);
      return ids;
    };
    expect(await write(model)).toEqual(await write(plain));
    trainer.dispose();
  });

  it.each([
    {causal: false},
    {architecture: "mlp"},
    {architecture: "neuralBigram"},
    {architecture: "bigram"}
  ] as Partial<ModelConfig>[])("%o has none, and writes all the same", async (kind) => {
    const {trainer} = await trained(kind, {}, 2);
    const model = trainerModel(trainer, tokenizer);
    expect(model.decoding).toBeUndefined();
    let count = 0;
    for await (const _ of generate(model, [1], {
      options: {temperature: 1, topK: 0, topP: 1},
      seed: 1,
      steps: 20
    }))
      count += 1;
    expect(count).toBe(20);
    trainer.dispose();
  });
});

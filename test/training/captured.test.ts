import {afterEach, beforeAll, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {tinyCorpus, tinyDocuments} from "./corpus.js";
import {expectNothingMade, takeSteps} from "./steps.js";

const corpus = tinyCorpus();
const sizes = {nLayer: 2, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 8, vocabSize: 8};
const train: TrainConfig = {
  ...presets.toy.train,
  batchSize: 4,
  steps: 12,
  learningRate: 1e-2,
  minLearningRate: 1e-3,
  warmupSteps: 3,
  evalBatches: 1
};

type Change = {model?: Partial<ModelConfig>; train?: Partial<TrainConfig>};

const trainerOf = ({model = {}, train: change = {}}: Change): Trainer =>
  new Trainer(
    newRun(modelConfig({...sizes, ...model}), {...train, ...change}, corpus.meta),
    corpus,
    "SwiftShader"
  );

/** Loss and gradient norm of some steps, as a string of exact numbers, and the parameters they lead to. */
async function curveOf(trainer: Trainer, steps = 4) {
  const curve = (await takeSteps(trainer, steps)).map(({loss, gradientNorm}) => `${loss} ${gradientNorm}`);
  return {curve, parameters: await trainer.parameterData()};
}

beforeAll(() => useBackend("webgpu"));
afterEach(() => setKernels(true));

describe("a captured step", () => {
  const cases: Record<string, Change> = {
    "GPT-2's arrangement": {},
    "Llama's arrangement, with shared keys and dropout": {
      model: {
        position: "rope",
        norm: "rmsNorm",
        activation: "swiGlu",
        bias: false,
        nKvHead: 1,
        tiedHead: false
      },
      train: {embeddingDropout: 0.1, attentionDropout: 0.2, residualDropout: 0.1}
    },
    "post-norm with ALiBi, smoothing, and the batch in pieces": {
      model: {normPlacement: "post", position: "alibi", activation: "relu"},
      train: {accumulationSteps: 2, labelSmoothing: 0.1, residualDropout: 0.1}
    },
    "sinusoids, no norm, no residual connection, blocks computed again, Muon": {
      model: {position: "sinusoidal", norm: "none", residual: false, activation: "geluExact"},
      train: {gradientCheckpointing: true, optimiser: "muon"}
    },
    "the model with a fixed window, by SGD with momentum": {
      model: {architecture: "mlp", windowSize: 3, tiedHead: false},
      train: {optimiser: "momentum", schedule: "oneCycle", warmupSteps: 2}
    },
    "one head of attention, by Adam": {model: {architecture: "attention"}, train: {optimiser: "adam"}},
    "the bigram that learns, by SGD": {
      model: {architecture: "neuralBigram", tiedHead: false},
      train: {optimiser: "sgd", schedule: "inverseSquareRoot"}
    }
  };

  it.each(Object.entries(cases))("gives the curve of the same step op by op: %s", async (_, change) => {
    // First, because it chooses the ways in which kernels work.
    const captured = trainerOf(change);
    await captured.prepare();
    expect(captured.uncaptured).toBeNull();
    const actual = await curveOf(captured);
    const eager = trainerOf(change);
    const expected = await curveOf(eager);
    expect(actual.curve).toEqual(expected.curve);
    for (const [name, {data}] of Object.entries(expected.parameters))
      expect(actual.parameters[name]!.data, name).toEqual(data);
    eager.dispose();
    captured.dispose();
  });

  it("takes a batch of padded documents, in pieces of uneven shares", async () => {
    const change: Change = {train: {batching: "documents", accumulationSteps: 2}};
    const documents = tinyDocuments();
    const run = newRun(modelConfig(sizes), {...train, ...change.train}, documents.meta);
    const [eager, captured] = [new Trainer(run, documents, ""), new Trainer(run, documents, "")];
    await captured.prepare();
    expect((await curveOf(captured)).curve).toEqual((await curveOf(eager)).curve);
    eager.dispose();
    captured.dispose();
  });

  it("goes on as the same run after a validation, a trace and a snapshot between its steps", async () => {
    const captured = trainerOf({});
    await captured.prepare();
    const plain = trainerOf({});
    const expected = await curveOf(plain, 6);
    const first = await curveOf(captured, 3);
    await captured.validationLoss();
    await captured.trace([1, 2, 3], {attention: true});
    const resumed = new Trainer(await captured.snapshot(), corpus, "");
    await resumed.prepare();
    const [rest, again] = [await curveOf(captured, 3), await curveOf(resumed, 3)];
    expect([...first.curve, ...rest.curve]).toEqual(expected.curve);
    expect(again.curve).toEqual(rest.curve);
    for (const trainer of [plain, captured, resumed]) trainer.dispose();
  });

  it("makes nothing more on the device from its fifth step to its thirtieth", async () => {
    const trainer = trainerOf({train: {steps: 1000}});
    await trainer.prepare();
    await expectNothingMade((steps) => curveOf(trainer, steps));
    trainer.dispose();
  });

  it("says why it is none", async () => {
    const counts = trainerOf({model: {architecture: "bigram"}});
    await counts.prepare();
    expect(counts.uncaptured).toMatch(/bigram counts/);
    setKernels(false);
    const stock = trainerOf({});
    await stock.prepare();
    expect(stock.uncaptured).toMatch(/turned off/);
    expect((await curveOf(stock)).curve).toHaveLength(4);
    for (const trainer of [counts, stock]) trainer.dispose();
  });
});

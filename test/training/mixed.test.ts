import {beforeAll, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {tinyCorpus, tinyDocuments} from "./corpus.js";
import {expectNothingMade, takeSteps} from "./steps.js";

/** Activations are rounded to 11 bits, each by up to 2⁻¹², and a loss of about 2 nats is a sum over all of them. */
const LOSS_TOLERANCE = 2e-3;
/** The norm of a gradient whose every factor has been rounded a dozen times, as a share of it. */
const NORM_TOLERANCE = 2e-2;

const corpus = tinyCorpus();
const sizes = {nLayer: 2, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 8, vocabSize: 8};
const train: TrainConfig = {
  ...presets.toy.train,
  precision: "mixed",
  batchSize: 4,
  steps: 12,
  learningRate: 1e-2,
  minLearningRate: 1e-3,
  warmupSteps: 3,
  evalBatches: 1
};

type Change = {model?: Partial<ModelConfig>; train?: Partial<TrainConfig>; snapshot?: Partial<Snapshot>};

function trainerOf({model = {}, train: change = {}, snapshot = {}}: Change): Trainer {
  const text = change.batching === "documents" ? tinyDocuments() : corpus;
  const run = newRun(modelConfig({...sizes, ...model}), {...train, ...change}, text.meta);
  return new Trainer({...run, ...snapshot}, text, "");
}

async function curveOf(trainer: Trainer, steps = 5) {
  return (await takeSteps(trainer, steps)).map(({loss, gradientNorm}) => ({loss, gradientNorm}));
}

beforeAll(() => useBackend("webgpu"));

describe("training in mixed precision", () => {
  const cases: Record<string, Change> = {
    "GPT-2's arrangement": {},
    "Llama's, with dropout, blocks computed again": {
      model: {
        position: "rope",
        norm: "rmsNorm",
        activation: "swiGlu",
        bias: false,
        nKvHead: 1,
        tiedHead: false
      },
      train: {embeddingDropout: 0.1, attentionDropout: 0.2, residualDropout: 0.1, gradientCheckpointing: true}
    },
    "post-norm with ALiBi, the batch in pieces, documents": {
      model: {normPlacement: "post", position: "alibi", activation: "relu"},
      train: {accumulationSteps: 2, labelSmoothing: 0.1, batching: "documents"}
    },
    "the model with a fixed window": {model: {architecture: "mlp", windowSize: 3, tiedHead: false}},
    "sizes that nothing divides": {model: {architecture: "neuralBigram", nEmbd: 6, tiedHead: false}}
  };

  it.each(Object.entries(cases))("follows float32, captured as op by op: %s", async (_, change) => {
    const captured = trainerOf(change);
    await captured.prepare();
    expect([captured.uncaptured, captured.unmixed]).toEqual([null, null]);
    const mixed = await curveOf(captured);
    const eager = trainerOf(change);
    expect(await curveOf(eager)).toEqual(mixed);
    const full = trainerOf({...change, train: {...change.train, precision: "float32"}});
    const expected = await curveOf(full);
    for (const [i, {loss, gradientNorm}] of expected.entries()) {
      expect(Math.abs(mixed[i]!.loss - loss), `loss ${i}`).toBeLessThan(LOSS_TOLERANCE * Math.max(1, loss));
      const share = Math.abs(mixed[i]!.gradientNorm! / gradientNorm! - 1);
      expect(share, `gradient norm ${i}`).toBeLessThan(NORM_TOLERANCE);
    }
    expect(mixed).not.toEqual(expected);
    for (const trainer of [captured, eager, full]) trainer.dispose();
  });

  it.each(["adamW", "muon", "sgd"] as const)(
    "leaves out updates that overflow and halves the scale: %s",
    async (optimiser) => {
      const change = {train: {optimiser}, snapshot: {lossScale: [2 ** 24, 7] as [number, number]}};
      const trainer = trainerOf(change);
      await trainer.prepare();
      const before = await trainer.snapshot();
      const [first] = await curveOf(trainer, 1);
      expect(first!.gradientNorm).toBeNull();
      expect(Number.isFinite(first!.loss)).toBe(true);
      const {lossScale, history, ...after} = await trainer.snapshot();
      expect(lossScale).toEqual([2 ** 23, 0]);
      expect(history.at(-1)!.gradientNorm).toBeUndefined();
      expect(after.parameters).toEqual(before.parameters);
      expect(after.firstMoments).toEqual(before.firstMoments);
      const later = await curveOf(trainer, 10);
      expect(later.at(-1)!.gradientNorm).toBeGreaterThan(0);
      trainer.dispose();
    }
  );

  it("doubles the scale after many updates without overflow", async () => {
    const trainer = trainerOf({snapshot: {lossScale: [2 ** 10, 499]}});
    await curveOf(trainer, 1);
    expect((await trainer.snapshot()).lossScale).toEqual([2 ** 11, 0]);
    trainer.dispose();
  });

  it("goes on from a snapshot as the same run, scale and all", async () => {
    const whole = trainerOf({snapshot: {lossScale: [2 ** 24, 0]}});
    const expected = await curveOf(whole, 12);
    const first = trainerOf({snapshot: {lossScale: [2 ** 24, 0]}});
    const begun = await curveOf(first, 6);
    const second = new Trainer(await first.snapshot(), corpus, "");
    expect([...begun, ...(await curveOf(second, 6))]).toEqual(expected);
    for (const trainer of [whole, first, second]) trainer.dispose();
  });

  it("makes nothing more on the device from its fifth step to its thirtieth", async () => {
    const trainer = trainerOf({train: {steps: 1000}});
    await trainer.prepare();
    await expectNothingMade((steps) => curveOf(trainer, steps));
    trainer.dispose();
  });

  it("says why it computes in float32 where it does, and then computes as that", async () => {
    const counted = trainerOf({model: {architecture: "bigram"}});
    expect(counted.unmixed).toMatch(/counts stay whole/);
    counted.dispose();
    await useBackend("wasm");
    const [asked, plain] = [trainerOf({}), trainerOf({train: {precision: "float32"}})];
    expect(asked.unmixed).toMatch(/our own WebGPU kernels/);
    expect(await curveOf(asked, 3)).toEqual(await curveOf(plain, 3));
    for (const trainer of [asked, plain]) trainer.dispose();
    await useBackend("webgpu");
  });
});

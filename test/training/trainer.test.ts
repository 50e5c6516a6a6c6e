import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {sampleBatch} from "../../src/components/corpus/batches.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import type {ModelConfig} from "../../src/components/model/config.js";
import {modelConfig} from "../../src/components/model/config.js";
import {createRandom} from "../../src/components/random.js";
import {trainingLoop} from "../../src/components/training/loop.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {wholeTextLoss} from "../../src/components/training/validation.js";
import {useBackend, useNullWebgpu} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const model: ModelConfig = modelConfig({
  nLayer: 2,
  nHead: 2,
  nEmbd: 16,
  nInner: 64,
  blockSize: 16,
  vocabSize: 8
});
const train = {
  ...presets.toy.train,
  batchSize: 4,
  steps: 200,
  learningRate: 1e-2,
  warmupSteps: 5,
  evalInterval: 50,
  evalBatches: 4
};

async function steps(trainer: Trainer, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < count; i++) losses.push((await trainer.trainStep()).loss);
  return losses;
}

const arrays = ({parameters, firstMoments, secondMoments}: Snapshot) => ({
  parameters,
  firstMoments,
  secondMoments
});

/** What a long run must not fill. */
function memory(): {tensors: number; bytes: number; gpuBytes: number} {
  const {numTensors, numBytes, ...more} = tf.memory();
  // With the pools of spare buffers; 0 on other backends.
  const {numBytesAllocatedInGPU = 0} = more as {numBytesAllocatedInGPU?: number};
  return {tensors: numTensors, bytes: numBytes, gpuBytes: numBytesAllocatedInGPU};
}

describe.each(["wasm", "webgpu"] as const)("Trainer on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("gives the same curve, bit for bit, for the same seed, and another for another", async () => {
    const curve = async (seed: number) => {
      const trainer = new Trainer(newRun(model, {...train, seed}, corpus.meta), corpus, backend);
      const losses = await steps(trainer, 5);
      const state = arrays(await trainer.snapshot());
      trainer.dispose();
      return {losses, state};
    };
    const first = await curve(1);
    expect(await curve(1)).toEqual(first);
    expect((await curve(2)).losses).not.toEqual(first.losses);
  });

  it("continues from a snapshot bit for bit", async () => {
    const straight = new Trainer(newRun(model, train, corpus.meta), corpus, backend);
    const losses = await steps(straight, 6);
    const interrupted = new Trainer(newRun(model, train, corpus.meta), corpus, backend);
    const before = await steps(interrupted, 4);
    const snapshot = structuredClone(await interrupted.snapshot());
    interrupted.dispose();
    const resumed = new Trainer(snapshot, corpus, backend);
    expect([...before, ...(await steps(resumed, 2))]).toEqual(losses);
    expect(arrays(await resumed.snapshot())).toEqual(arrays(await straight.snapshot()));
    expect(resumed.history).toEqual(straight.history);
    straight.dispose();
    resumed.dispose();
  });

  // 200 steps on a real adapter are proved in test/verify: a software GPU takes minutes for them.
  const count = backend === "wasm" ? 200 : 20;
  it(`holds no more tensors or bytes ${count} steps later`, async () => {
    const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, backend);
    await steps(trainer, 5);
    const before = memory();
    if (backend === "webgpu") expect(before.gpuBytes).toBeGreaterThan(0);
    await steps(trainer, count);
    expect(memory()).toEqual(before);
    trainer.dispose();
  });
});

it("holds no more GPU memory 200 steps later on WebGPU's null adapter, which does all but compute", async () => {
  await useNullWebgpu();
  const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "webgpu");
  const random = createRandom(1);
  const update = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const {loss, norm} = trainer.update(sampleBatch(corpus.train, {batchSize: 4, blockSize: 16}, random));
      await norm.data(); // zero here; reading it ends the step's work on the device
      tf.dispose([loss, norm]);
    }
  };
  await update(5);
  const before = memory();
  expect(before.gpuBytes).toBeGreaterThan(0);
  await update(200);
  expect(memory()).toEqual(before);
  trainer.dispose();
});

it("tells between captured steps what its heads attend to, and the scores, as on the processor", async () => {
  const ids = [1, 5, 2, 7, 0, 3];
  await useBackend("webgpu");
  const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "webgpu");
  await trainer.prepare();
  expect(trainer.uncaptured).toBeNull();
  const running = [trainer.trainStep(), trainer.trainStep()];
  const trace = await trainer.trace(ids, {attention: true});
  const snapshot = await trainer.snapshot();
  const after = trainer.trainStep();
  trainer.flush();
  await Promise.all([...running, after]);
  trainer.dispose();

  await useBackend("cpu");
  const other = new Trainer(snapshot, corpus, "cpu");
  const expected = await other.trace(ids, {attention: true});
  other.dispose();
  expect(trace.attention).toHaveLength(2 * 2 * 6 * 6);
  expect(relativeError(trace.attention!, expected.attention!)).toBeLessThan(1e-5);
  expect(relativeError(trace.logits, expected.logits)).toBeLessThan(1e-5);
});

it("takes the same steps on WebGPU as on wasm", async () => {
  const curves: number[][] = [];
  for (const backend of ["wasm", "webgpu"] as const) {
    await useBackend(backend);
    const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, backend);
    curves.push(await steps(trainer, 6));
    trainer.dispose();
  }
  // Adam divides small gradients by their own size, so rounding in the seventh digit grows a little each step.
  expect(relativeError(curves[1]!, curves[0]!)).toBeLessThan(1e-4);
});

describe("Trainer", () => {
  beforeAll(() => useBackend("wasm"));

  it("overfits one batch below 0.05 nats", {timeout: 120_000}, async () => {
    const settings = {...train, steps: 300, learningRate: 1e-2, minLearningRate: 1e-3, weightDecay: 0};
    const trainer = new Trainer(
      newRun({...model, nEmbd: 32, nInner: 128}, settings, corpus.meta),
      corpus,
      "wasm"
    );
    const batch = sampleBatch(corpus.train, {batchSize: 2, blockSize: 16}, createRandom(3));
    for (let i = 0; i < settings.steps; i++) {
      const {loss, norm} = trainer.update(batch);
      tf.dispose([loss, norm]);
    }
    expect(await trainer.meanLoss([batch])).toBeLessThan(0.05);
    trainer.dispose();
  });

  it("learns what counting pairs of characters cannot know", async () => {
    const settings = {...train, steps: 300};
    const trainer = new Trainer(newRun(model, settings, corpus.meta), corpus, "wasm");
    expect(await trainer.validationLoss()).toBeCloseTo(Math.log(8), 1);
    await steps(trainer, settings.steps);
    const pairs = ngramLoss(trainNgram(corpus.train, {order: 2, vocabSize: 8}), corpus.val);
    // Without a look back a model could at best count pairs: 1.28. This one comes to 0.83.
    expect(pairs).toBeCloseTo(1.28, 2);
    expect(await trainer.validationLoss()).toBeLessThan(pairs - 0.3);
    trainer.dispose();
  });

  it("evaluates the same windows every time and draws nothing from the run's random numbers", async () => {
    const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "wasm");
    const {random} = await trainer.snapshot();
    expect(await trainer.validationLoss()).toBe(await trainer.validationLoss());
    expect((await trainer.snapshot()).random).toEqual(random);
    trainer.dispose();
  });

  it("measures a whole text, windows that are not full included", async () => {
    const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "wasm");
    // 41 tokens: windows of 16, 16 and 8 targets.
    const tokens = corpus.val.slice(0, 41);
    let sum = 0;
    for (const start of [0, 16, 32]) {
      const ids = tokens.subarray(start, Math.min(start + 16, 40));
      const {logits} = await trainer.trace(ids);
      ids.forEach((_, t) => {
        const row = logits.subarray(t * 8, (t + 1) * 8);
        sum += Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - row[tokens[start + t + 1]!]!;
      });
    }
    expect(await wholeTextLoss(trainer, tokens)).toBeCloseTo(sum / 40, 5);
    trainer.dispose();
  });

  it("stops with a sentence when the loss is no longer a number", async () => {
    const start = newRun(model, train, corpus.meta);
    start.parameters["transformer.ln_f.bias"]!.data[0] = Number.NaN;
    const trainer = new Trainer(start, corpus, "wasm");
    await expect(trainer.trainStep()).rejects.toThrow(/not a finite number at step 1.*learningRate/);
    trainer.dispose();
  });

  it.each([
    [{nEmbd: 15}, {}, /nEmbd is 15, which nHead 2 does not divide/],
    [{nLayer: 0}, {}, /nLayer is 0.*from 1 to 48/],
    [{}, {learningRate: Number.NaN}, /learningRate is NaN/],
    [{}, {batchSize: 2.5}, /batchSize is 2.5; it must be a whole number/]
  ])("refuses impossible settings %o %o", (modelChange, trainChange, message) => {
    expect(() => newRun({...model, ...modelChange}, {...train, ...trainChange}, corpus.meta)).toThrow(
      message
    );
  });

  it("refuses a text shorter than one context", async () => {
    const trainer = new Trainer(
      newRun(model, train, corpus.meta),
      {...corpus, train: corpus.train.subarray(0, 16)},
      "wasm"
    );
    await expect(trainer.trainStep()).rejects.toThrow(/16 tokens.*needs 17/);
    trainer.dispose();
  });
});

describe("ways to train", () => {
  beforeAll(() => useBackend("wasm"));

  const run = (changes: Partial<typeof train>) => {
    const settings = {...train, ...changes};
    return new Trainer(newRun(model, settings, corpus.meta), corpus, "wasm");
  };

  it.each([
    ["sgd", 0.3],
    ["momentum", 0.03],
    ["adam", 1e-2],
    ["adamW", 1e-2],
    ["muon", 1e-2]
  ] as const)(
    "learns by %s, and goes on from a snapshot as if it had never stopped",
    async (optimiser, learningRate) => {
      const settings = {optimiser, learningRate, minLearningRate: learningRate, weightDecay: 0};
      const trainer = run(settings);
      const losses = await steps(trainer, 60);
      expect(losses.at(-1)!).toBeLessThan(losses[0]! - 0.2);
      const resumed = new Trainer(await trainer.snapshot(), corpus, "wasm");
      expect(await steps(resumed, 5)).toEqual(await steps(trainer, 5));
      resumed.dispose();
      trainer.dispose();
    }
  );

  it("learns one batch by heart: its loss comes near zero, and stays that of many far above", async () => {
    const trainer = run({overfitOneBatch: true, steps: 300, weightDecay: 0});
    const losses = await steps(trainer, 300);
    expect(losses.at(-1)!).toBeLessThan(0.02);
    expect(await trainer.validationLoss()).toBeGreaterThan(0.5);
    const resumed = new Trainer(await trainer.snapshot(), corpus, "wasm");
    expect((await steps(resumed, 1))[0]!).toBeLessThan(0.02);
    resumed.dispose();
    trainer.dispose();
  });

  it("ends early where the validation loss no longer falls", async () => {
    // One batch at a high rate: what it learns by heart soon makes every other text harder to guess.
    const trainer = run({
      overfitOneBatch: true,
      evalInterval: 2,
      patience: 3,
      steps: 5000,
      learningRate: 0.05
    });
    const end = await trainingLoop(trainer, {
      signal: new AbortController().signal,
      onStep: () => {},
      yieldToOthers: async () => {},
      now: () => 0
    });
    expect(end).toBe("complete");
    expect(trainer.hasStoppedEarly).toBe(true);
    expect(trainer.step).toBeLessThan(1000);
    const measured = trainer.history.flatMap(({validationLoss}) => validationLoss ?? []);
    expect(Math.min(...measured.slice(-3))).toBeGreaterThanOrEqual(Math.min(...measured.slice(0, -3)));
    trainer.dispose();
  });

  it("records the gradient's norm of every step", async () => {
    const trainer = run({});
    const report = await trainer.trainStep();
    expect(trainer.history.at(-1)).toMatchObject({step: 1, gradientNorm: report.gradientNorm, seconds: 0});
    trainer.dispose();
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {LiveSample} from "../../src/components/training/liveSample.js";
import {trainingLoop} from "../../src/components/training/loop.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const tokenizer = readTokenizer(corpus.meta.tokenizer);
const model = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8, vocabSize: 8});
const train = {
  ...presets.toy.train,
  batchSize: 2,
  steps: 60,
  warmupSteps: 4,
  evalInterval: 30,
  evalBatches: 2
};

const open = (backend: string) => new Trainer(newRun(model, train, corpus.meta), corpus, backend);
const sampleOf = (trainer: Trainer, now: () => number) =>
  new LiveSample(trainer, tokenizer, corpus.val.subarray(0, 1), now);

/** The losses of a whole run, and the samples that were written between its steps. */
async function run(trainer: Trainer, sample: LiveSample | null) {
  const losses: number[] = [];
  const samples: Awaited<ReturnType<LiveSample["visit"]>>[] = [];
  await trainingLoop(trainer, {
    signal: new AbortController().signal,
    onStep: ({loss}) => void losses.push(loss),
    yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now(),
    ...(sample && {
      atRest: {
        isDue: () => sample.isDue,
        async run() {
          const written = await sample.visit();
          if (written) samples.push(written);
        }
      }
    })
  });
  const {parameters, random} = await trainer.snapshot();
  return {curve: {losses, parameters, random}, samples};
}

describe.each(["wasm", "webgpu"] as const)("a sample that is written during training on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("changes nothing in the training, bit for bit", async () => {
    const alone = open(backend);
    await alone.prepare();
    const {curve} = await run(alone, null);
    alone.dispose();

    const trainer = open(backend);
    await trainer.prepare();
    // Every look at the clock is 4 ms on, so that a visit has time for a few tokens and the next is soon due.
    let time = 0;
    const sample = sampleOf(trainer, () => (time += 4));
    await sample.prepare();
    let most = 0;
    const {visit} = sample;
    sample.visit = async function () {
      const before = time;
      const written = await visit.call(this);
      most = Math.max(most, time - before);
      // In this test training does not have the other 95 % of the time.
      while (!sample.isDue) time += 4;
      return written;
    };
    const beside = await run(trainer, sample);
    sample.dispose();
    trainer.dispose();
    expect(beside.curve).toEqual(curve);
    expect(most).toBeLessThanOrEqual(24);
    if (backend === "webgpu") return; // where it may be too slow to come to its end
    const parts = beside.samples.filter((written) => !written!.isWhole);
    const [first] = beside.samples.filter((written) => written!.isWhole);
    // The first text is shown as it grows.
    expect(parts.length).toBeGreaterThan(5);
    for (const part of parts) expect(first!.text.startsWith(part!.text)).toBe(true);
    expect(first!.begunAt).toBe(1);
    expect(first!.step).toBeGreaterThan(first!.begunAt + 10);
    expect(first!.text).toHaveLength(161);
    expect(sample.ids).toHaveLength(161);
    expect(tokenizer.encode(first!.text).unknown).toEqual([]);
  });
});

describe("a sample that was prepared on webgpu", () => {
  beforeAll(() => useBackend("webgpu"));

  it("compiles and records nothing when it is written, also beyond the context", async () => {
    const trainer = open("webgpu");
    const sample = sampleOf(trainer, () => performance.now());
    await sample.prepare();
    const {device, bufferManager} = webgpuBackend();
    const bytes = bufferManager.numBytesAllocated;
    let compiled = 0;
    for (const name of ["createComputePipelineAsync", "createShaderModule"] as const) {
      const create = device[name].bind(device) as (descriptor: never) => never;
      device[name] = ((descriptor: never) => {
        compiled += 1;
        return create(descriptor);
      }) as never;
    }
    const written = await sample.draw(new AbortController().signal, async () => {});
    expect(written!.text).toHaveLength(161);
    expect(compiled).toBe(0);
    expect(bufferManager.numBytesAllocated).toBe(bytes);
    sample.dispose();
    trainer.dispose();
  });
});

describe("a sample", () => {
  beforeAll(() => useBackend("wasm"));

  it("leaves a token that takes longer than a frame to come while training goes on", async () => {
    const answers: ((scores: Float32Array) => void)[] = [];
    const slow = {
      config: model,
      step: 5,
      decoding: () => ({
        read: () => new Promise<Float32Array>((resolve) => answers.push(resolve)),
        dispose() {}
      })
    };
    const sample = sampleOf(slow as unknown as Trainer, () => performance.now());
    const start = performance.now();
    for (let i = 0; i < 3; i++) expect(await sample.visit()).toBeNull();
    expect(performance.now() - start).toBeGreaterThanOrEqual(3 * 15);
    expect(answers).toHaveLength(1); // asked once, not at every visit
    answers[0]!(new Float32Array(8));
    await sample.visit();
    expect(answers).toHaveLength(2);
    expect(sample.isDue).toBe(false);
    sample.dispose();
  });

  it("writes at most a twentieth of the time", async () => {
    const trainer = open("wasm");
    let time = 0;
    const sample = sampleOf(trainer, () => time);
    const {decoding} = trainer;
    trainer.decoding = function () {
      const inner = decoding.call(this);
      const read: typeof inner.read = (ids) => {
        time += 7;
        return inner.read(ids);
      };
      return {...inner, read};
    };
    let spent = 0;
    while (time < 60_000) {
      const before = time;
      await sample.visit();
      spent += time - before;
      while (!sample.isDue) time += 1;
    }
    expect(spent).toBeLessThan(0.05 * time + 30);
    expect(spent).toBeGreaterThan(1000);
    sample.dispose();
    trainer.dispose();
  });

  it("leaves nothing behind when it is given up", async () => {
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const trainer = open("wasm");
    await settle();
    const before = tf.memory().numTensors;
    let time = 0;
    const sample = sampleOf(trainer, () => (time += 6));
    await sample.visit();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    sample.dispose();
    await settle();
    expect(tf.memory().numTensors).toBe(before);
    trainer.dispose();
  });

  it("is written whole by one state of the model where training rests", async () => {
    const trainer = open("wasm");
    const sample = sampleOf(trainer, () => performance.now());
    const report = await sample.draw(new AbortController().signal, async () => {});
    expect(report).toMatchObject({type: "sample", begunAt: 0, step: 0, isWhole: true});
    expect(report!.text).toHaveLength(161);
    const aborted = new AbortController();
    expect(await sample.draw(aborted.signal, async () => aborted.abort())).toBeNull();
    trainer.dispose();
  });
});

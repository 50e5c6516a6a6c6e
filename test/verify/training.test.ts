import * as tf from "@tensorflow/tfjs-core";
import {describe, expect, it} from "vitest";
import {chooseCorpus} from "../../src/components/corpus/chooseCorpus.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import {modelConfig} from "../../src/components/model/config.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {trainingLoop} from "../../src/components/training/loop.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {wholeTextLoss} from "../../src/components/training/validation.js";
import {deviceLimits} from "../../src/components/webgpu/deviceLimits.js";
import {useBackend} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";
import {tinyCorpus} from "../training/corpus.js";

/** Proofs that take minutes on a machine without a GPU: `npm run verify`. */

const losses = async (trainer: Trainer, count: number): Promise<number[]> => {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) taken.push((await trainer.trainStep()).loss);
  return taken;
};

describe("a real WebGPU adapter", () => {
  it("holds no more tensors or bytes 200 steps later", async () => {
    await useBackend("webgpu");
    const corpus = tinyCorpus();
    const model = modelConfig({nLayer: 2, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16, vocabSize: 8});
    const trainer = new Trainer(
      newRun(model, {...presets.toy.train, batchSize: 4, warmupSteps: 5, steps: 300}, corpus.meta),
      corpus,
      "webgpu"
    );
    await losses(trainer, 5);
    const before = tf.memory();
    expect(before).toMatchObject({numBytesAllocatedInGPU: expect.any(Number)});
    await losses(trainer, 200);
    expect(tf.memory()).toEqual(before);
    trainer.dispose();
  });

  it("takes the steps of a block of nanoGPT's as wasm does, the same bits each time, with sums over 2,000 tokens", async () => {
    const {corpus} = await chooseCorpus(undefined, 64);
    const {model, train} = presets["nanogpt-cpu"];
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    // 32 windows of 64 tokens: above the length from which tfjs would add with float atomics.
    const start = newRun({...model, nLayer: 1, vocabSize}, {...train, batchSize: 32}, corpus.meta);
    const curve = async (backend: "wasm" | "webgpu") => {
      const trainer = new Trainer(start, corpus, backend);
      const taken = await losses(trainer, 2);
      trainer.dispose();
      return taken;
    };
    await useBackend("wasm");
    const expected = await curve("wasm");
    expect(expected[0]).toBeCloseTo(Math.log(vocabSize), 0);
    await useBackend("webgpu");
    const first = await curve("webgpu");
    expect(relativeError(first, expected)).toBeLessThan(1e-4);
    expect(await curve("webgpu")).toEqual(first);
  });
});

describe("learning on wasm", () => {
  it("the full preset takes real steps, four windows at a time for want of memory", async () => {
    await useBackend("wasm");
    const {model, train} = presets.full;
    const {corpus} = await chooseCorpus(process.env.CORPUS, model.blockSize);
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    const settings = {...train, batchSize: 4};
    const trainer = new Trainer(
      newRun({...model, vocabSize}, settings, corpus.meta, deviceLimits()),
      corpus,
      "wasm"
    );
    const [first, second] = await losses(trainer, 2);
    expect(first).toBeCloseTo(Math.log(vocabSize), 0);
    expect(second).toBeLessThan(first!);
    trainer.dispose();
  });

  /**
   * The text is the story grammar's, or the one that CORPUS names. On tiny Shakespeare counting pairs of characters
   * gives 2.48 nats and this preset must come below 2.2: the same lead is asked for on any text.
   */
  it("the toy preset leaves counted pairs 0.28 nats behind in 1,000 steps, and beats no floor", async () => {
    await useBackend("wasm");
    const {model, train} = presets.toy;
    const {corpus} = await chooseCorpus(process.env.CORPUS, model.blockSize);
    const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
    const trainer = new Trainer(newRun({...model, vocabSize}, train, corpus.meta), corpus, "wasm");
    const end = await trainingLoop(trainer, {
      signal: new AbortController().signal,
      onStep() {},
      yieldToOthers: () => new Promise((resolve) => setImmediate(resolve)),
      now: () => performance.now()
    });
    expect([end, trainer.step]).toEqual(["complete", 1000]);
    const loss = await wholeTextLoss(trainer, corpus.val);
    const pairs = ngramLoss(trainNgram(corpus.train, {order: 2, vocabSize}), corpus.val);
    console.log(
      `${corpus.meta.name}: validation loss ${loss.toFixed(4)}, pairs ${pairs.toFixed(4)}, floor ${corpus.meta.floor?.val.toFixed(4) ?? "unknown"}`
    );
    expect(loss).toBeLessThan(pairs - 0.28);
    if (corpus.meta.floor) expect(loss).toBeGreaterThan(corpus.meta.floor.val);
    trainer.dispose();
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {accumulate, splitBatch} from "../../src/components/training/accumulation.js";
import type {TrainConfig} from "../../src/components/training/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {backendNames, useBackend} from "../backends.js";
import {GRADIENT_TOLERANCE, relativeError} from "../ops/fixtures.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const model = modelConfig({nLayer: 2, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 8, vocabSize: 8});
const settings: TrainConfig = {
  ...presets.toy.train,
  batchSize: 6,
  embeddingDropout: 0.2,
  attentionDropout: 0.2,
  residualDropout: 0.2,
  labelSmoothing: 0.1
};

const batch = (rows: number) => ({
  inputs: Int32Array.from({length: rows * 8}, (_, i) => (i * 5) % 8),
  // Padding at the end of some rows, so that pieces do not weigh the same.
  targets: Int32Array.from({length: rows * 8}, (_, i) => (i % 8 > 7 - (i >> 4) ? -1 : (i * 3) % 8)),
  padding: Uint8Array.from({length: rows * 8}, (_, i) => (i % 8 > 7 - (i >> 4) ? 1 : 0))
});

async function gradients(accumulationSteps: number): Promise<Record<string, Float32Array>> {
  const train = {...settings, accumulationSteps};
  const trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "test");
  const {loss, gradients} = trainer.gradients(batch(6));
  const values: Record<string, Float32Array> = {loss: (await loss.data()) as Float32Array};
  for (const [name, gradient] of Object.entries(gradients))
    values[name] = (await gradient.data()) as Float32Array;
  tf.dispose([loss, ...Object.values(gradients)]);
  trainer.dispose();
  return values;
}

describe.each(backendNames)("accumulation on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("gives the large batch's loss and gradients, dropout and padding included", async () => {
    const whole = await gradients(1);
    const before = tf.memory().numTensors;
    for (const pieces of [2, 3, 6]) {
      const parts = await gradients(pieces);
      expect(Object.keys(parts)).toEqual(Object.keys(whole));
      for (const name in whole)
        expect(relativeError(parts[name]!, whole[name]!), name).toBeLessThan(GRADIENT_TOLERANCE);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("cuts a batch into pieces that say where they begin", () => {
  const pieces = splitBatch(batch(6), 8, 2);
  expect(pieces.map(({firstRow}) => firstRow)).toEqual([0, 2, 4]);
  expect(pieces.flatMap(({batch}) => [...batch.inputs])).toEqual([...batch(6).inputs]);
  expect(pieces.flatMap(({batch}) => [...batch.padding!])).toEqual([...batch(6).padding]);
  expect(splitBatch(batch(2), 8, 2)).toEqual([{batch: batch(2), firstRow: 0}]);
});

it("has nothing to say of no batch", () => {
  expect(() => accumulate([], [], () => ({loss: tf.scalar(0), gradients: {}}))).toThrow(RangeError);
});

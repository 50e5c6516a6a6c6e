import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {cacheBytes, flops, largestTensor, trainingMemory} from "../../src/components/model/size.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {differentiable} from "../../src/components/ops/differentiable.js";
import {createRandom} from "../../src/components/random.js";
import {useBackend} from "../backends.js";

const sizes = {nLayer: 2, nHead: 4, nEmbd: 16, nInner: 24, blockSize: 7, vocabSize: 13};
const configurations: Record<string, ModelConfig> = {
  "GPT-2": modelConfig(sizes),
  "Llama-shaped": modelConfig({
    ...sizes,
    nKvHead: 2,
    position: "rope",
    norm: "rmsNorm",
    activation: "swiGlu",
    bias: false,
    tiedHead: false
  }),
  "post-LN, sinusoidal, relu": modelConfig({
    ...sizes,
    normPlacement: "post",
    position: "sinusoidal",
    activation: "relu"
  }),
  "ALiBi, no norm, no residuals": modelConfig({...sizes, position: "alibi", norm: "none", residual: false}),
  "attention only": modelConfig({...sizes, architecture: "attention"}),
  mlp: modelConfig({...sizes, architecture: "mlp", windowSize: 3, activation: "geluExact"}),
  "mlp with a window of 1": modelConfig({...sizes, architecture: "mlp", windowSize: 1, activation: "swiGlu"}),
  "neural bigram": modelConfig({...sizes, architecture: "neuralBigram"}),
  bigram: modelConfig({...sizes, architecture: "bigram"})
};
const batchSize = 3;
const batch = {
  inputs: Int32Array.from({length: batchSize * sizes.blockSize}, (_, i) => (i * 5) % sizes.vocabSize),
  targets: Int32Array.from({length: batchSize * sizes.blockSize}, (_, i) => (i * 7) % sizes.vocabSize)
};

/** Bytes that are held when the backward pass begins, beyond what was held before the forward pass. */
function measureActivations(model: TensorModel, dropout = 0): number {
  let held = 0;
  const before = tf.memory().numBytes;
  tf.tidy(() => {
    const variables = Object.values(model.parameters);
    tf.variableGrads(() => {
      const loss = model.loss(batch, {
        dropout: {embedding: dropout, attention: dropout, residual: dropout, seed: 1, step: 1}
      });
      return differentiable(
        [loss],
        (loss) => ({value: tf.clone(loss)}),
        (dy) => {
          held = tf.memory().numBytes - before;
          return [dy];
        }
      ) as tf.Scalar;
    }, variables);
  });
  // tfjs counts a saved parameter again although it shares the variable's memory: each weight is saved once by the
  // operation that uses it, the tables only by the head.
  const saved = Object.entries(model.parameters)
    .filter(([name]) => name.endsWith(".weight") && !name.includes("wpe"))
    .filter(
      ([name]) => !name.includes("wte") || (model.config.tiedHead && model.config.architecture !== "mlp")
    )
    .reduce((bytes, [, {size}]) => bytes + 4 * size, 0);
  // So it does with what enters the two linear layers before SwiGLU.
  const {architecture, activation, nLayer, windowSize, nEmbd} = model.config;
  const vectors = architecture === "mlp" ? windowSize : nLayer;
  const shared = activation === "swiGlu" ? 4 * vectors * nEmbd * batch.inputs.length : 0;
  // The loss and its gradient, which is 1.
  return held - saved - shared - 8;
}

/** 2·M·N·K of every matrix product that `work` runs. */
async function measureFlops(work: () => void): Promise<number> {
  const {kernels} = await tf.profile(() => tf.tidy(() => void work()));
  return kernels
    .filter(({name}) => name === "BatchMatMul")
    .reduce((sum, {inputShapes, outputShapes}) => {
      const output = outputShapes[0] as number[];
      const elements = tf.util.sizeFromShape(output);
      const K = tf.util.sizeFromShape(inputShapes[0]!) / (elements / output.at(-1)!);
      return sum + 2 * elements * K;
    }, 0);
}

describe.each(Object.entries(configurations))("%s", (_, config) => {
  beforeAll(() => useBackend("cpu"));
  const model = () => new TensorModel(config, initialise(config, createRandom(1)));

  it("has as many parameters as the count says", () => {
    const real = model();
    const total = Object.values(real.parameters).reduce((sum, {size}) => sum + size, 0);
    expect(parameterCount(config)).toBe(total);
    expect(trainingMemory(config, {batchSize}).parameters).toBe(4 * total);
    real.dispose();
  });

  // The bigram counts and has no backward pass.
  const rates = config.architecture === "bigram" ? [] : [0, 0.5];
  it.each(rates)("keeps exactly the activations that are counted, dropout %s", (rate) => {
    const real = model();
    const dropout = {embeddingDropout: rate, attentionDropout: rate, residualDropout: rate};
    expect(measureActivations(real, rate)).toBe(trainingMemory(config, {batchSize, ...dropout}).activations);
    real.dispose();
  });

  it("computes exactly the products that are counted", async () => {
    const real = model();
    const ids = tf.tensor2d(batch.inputs, [batchSize, sizes.blockSize], "int32");
    const {forward, total} = flops(config, {batchSize});
    expect(await measureFlops(() => real.logits(ids))).toBe(forward.total);
    const step = () =>
      config.architecture === "bigram"
        ? tf.dispose([real.loss(batch), real.countPairs(batch)])
        : real.gradients(batch);
    expect(await measureFlops(step)).toBe(total);
    tf.dispose(ids);
    real.dispose();
  });

  it("caches as many bytes as are counted", async () => {
    const real = model();
    const before = tf.memory().numBytes;
    const decoding = real.decoding();
    for (const id of [1, 2, 3]) await decoding.read([id]);
    expect(tf.memory().numBytes - before).toBe(cacheBytes(config, 3));
    decoding.dispose();
    real.dispose();
  });
});

it("names the largest tensor", () => {
  expect(largestTensor(configurations["GPT-2"]!, {batchSize})).toEqual({
    elements: batchSize * 7 * 3 * 16,
    what: "queries, keys and values (batchSize · blockSize · 3 · nEmbd)"
  });
  expect(largestTensor({...configurations["GPT-2"]!, blockSize: 64}, {batchSize}).what).toMatch(/^attention/);
  expect(largestTensor({...configurations["GPT-2"]!, vocabSize: 5000}, {batchSize}).what).toMatch(/^logits/);
  expect(largestTensor(configurations.bigram!, {batchSize: 1, tokens: 1})).toMatchObject({elements: 169});
});

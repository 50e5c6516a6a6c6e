import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {cacheBytes, flops, largestTensor} from "../../src/components/model/size.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {createRandom} from "../../src/components/random.js";
import {trainingMemory} from "../../src/components/training/memory.js";
import {useBackend} from "../backends.js";
import {watchBytes} from "../bytes.js";

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

/** Half of everything drops, or nothing. */
const dropouts = (rate: number) => ({embeddingDropout: rate, attentionDropout: rate, residualDropout: rate});

interface Measured {
  /** Bytes that the forward pass leaves for the backward one; with checkpointing, and those that a block leaves. */
  activations: number;
  /** Most bytes at once, parameters included. */
  peak: number;
}

function measure(model: TensorModel, rate: number, checkpointing: boolean, padding?: Uint8Array): Measured {
  const {peak, left} = watchBytes(() => {
    const dropout = {embedding: rate, attention: rate, residual: rate, seed: 1, step: 1};
    tf.tidy(() => void model.gradients({...batch, ...(padding && {padding})}, {dropout, checkpointing}));
  });
  const [whole, ...blocks] = left;
  // The loss is left as well, and each block's output, none of which the backward pass needs.
  const ofBlock = blocks.length > 0 ? Math.max(...blocks) - 4 * batch.inputs.length * sizes.nEmbd : 0;
  return {activations: whole! - 4 + ofBlock, peak: peak + 4 * parameterCount(model.config)};
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

describe("how a batch is computed", () => {
  beforeAll(() => useBackend("cpu"));
  const config = configurations["GPT-2"]!;

  it.each([false, true])(
    "counts the padding where it is needed again, checkpointing %s",
    (gradientCheckpointing) => {
      const model = new TensorModel(config, initialise(config, createRandom(1)));
      const padding = Uint8Array.from(batch.inputs, (_, i) => (i % sizes.blockSize > 4 ? 1 : 0));
      const {activations} = trainingMemory(config, {batchSize, gradientCheckpointing, batching: "documents"});
      expect(measure(model, 0, gradientCheckpointing, padding).activations).toBe(activations);
      model.dispose();
    }
  );

  it("counts the activations of one piece, and two sets of gradients, where it is cut into pieces", () => {
    const whole = trainingMemory(config, {batchSize: 4});
    const halves = trainingMemory(config, {batchSize: 4, accumulationSteps: 2});
    expect(halves.activations).toBe(whole.activations / 2);
    expect(halves.gradients).toBe(2 * whole.gradients);
    expect(flops(config, {batchSize: 4, accumulationSteps: 2})).toEqual(flops(config, {batchSize: 4}));
  });
});

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
  const ways = [0, 0.5].flatMap((rate) => [false, true].map((checkpointing) => ({rate, checkpointing})));
  const tried = config.architecture === "bigram" ? [] : ways;
  it.each(tried)("keeps exactly the activations that are counted, and works within the space, %o", (way) => {
    const {rate, checkpointing: gradientCheckpointing} = way;
    const real = model();
    const {activations, peak} = measure(real, rate, gradientCheckpointing);
    const counted = trainingMemory(config, {batchSize, ...dropouts(rate), gradientCheckpointing});
    expect(activations).toBe(counted.activations);
    const needed = counted.total - counted.moments + counted.working;
    expect(peak).toBeLessThanOrEqual(needed);
    // Nor does it refuse what would fit: blocks are counted one by one, the models before them in a lump.
    expect(peak).toBeGreaterThan((config.architecture === "transformer" ? 0.85 : 0.2) * needed);
    real.dispose();
  });

  it.each([false, true])(
    "computes exactly the products that are counted, checkpointing %s",
    async (checkpointing) => {
      const real = model();
      const ids = tf.tensor2d(batch.inputs, [batchSize, sizes.blockSize], "int32");
      const {forward, total} = flops(config, {batchSize, gradientCheckpointing: checkpointing});
      expect(await measureFlops(() => real.logits(ids))).toBe(forward.total);
      const step = () =>
        config.architecture === "bigram"
          ? tf.dispose([real.loss(batch), real.countPairs(batch)])
          : real.gradients(batch, {checkpointing});
      expect(await measureFlops(step)).toBe(total);
      tf.dispose(ids);
      real.dispose();
    }
  );

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

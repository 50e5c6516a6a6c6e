import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {cacheBytes, flops, largestTensor} from "../../src/components/model/size.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {borrowed} from "../../src/components/model/workingSpace.js";
import {type KernelSet, MOST_HEAD_SIZE} from "../../src/components/ops/kernelSets.js";
import {kernelsInUse} from "../../src/components/ops/kernelsInUse.js";
import {kernelsOn} from "../../src/components/ops/wasm/kernels.js";
import {partsOf, variants} from "../../src/components/ops/webgpu/matmulVariants.js";
import {createRandom} from "../../src/components/random.js";
import {trainingMemory} from "../../src/components/training/memory.js";
import {useBackend, useNullWebgpu} from "../backends.js";
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

const initialised = (config: ModelConfig) => new TensorModel(config, initialise(config, createRandom(1)));

/** Half of everything drops, or nothing. */
const dropouts = (rate: number) => ({embeddingDropout: rate, attentionDropout: rate, residualDropout: rate});

interface Measured {
  /** Bytes that the forward pass leaves for the backward one; with checkpointing, and those that a block leaves. */
  activations: number;
  /** Most bytes at once, parameters included. */
  peak: number;
}

function measure(model: TensorModel, rate: number, checkpointing: boolean, padding?: Uint8Array): Measured {
  const dropout = {embedding: rate, attention: rate, residual: rate, seed: 1, step: 1};
  const work = () =>
    tf.tidy(() => void model.gradients({...batch, ...(padding && {padding})}, {dropout, checkpointing}));
  // The first time makes tables of positions that a device keeps.
  work();
  const {peak, left} = watchBytes(work);
  const [whole, ...blocks] = left;
  // The batch is there before.
  const given = batch.inputs.length + batch.targets.length + (padding?.length ?? 0);
  // The loss is left as well, and each block's output, none of which the backward pass needs.
  const ofBlock = blocks.length > 0 ? Math.max(...blocks) - 4 * batch.inputs.length * model.config.nEmbd : 0;
  return {activations: whole! + 4 * given - 4 + ofBlock, peak: peak + 4 * parameterCount(model.config)};
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

it("counts the activations of one piece, and two sets of gradients, where it is cut into pieces", () => {
  const config = configurations["GPT-2"]!;
  const whole = trainingMemory(config, {batchSize: 4}, "none");
  const halves = trainingMemory(config, {batchSize: 4, accumulationSteps: 2}, "none");
  expect(halves.activations).toBe(whole.activations / 2);
  expect(halves.gradients).toBe(2 * whole.gradients);
  expect(flops(config, {batchSize: 4, accumulationSteps: 2})).toEqual(flops(config, {batchSize: 4}));
});

/** Where ops compute, and by whose kernels. */
const roads: Record<string, {kernels: KernelSet; start: () => Promise<void>}> = {
  cpu: {kernels: "none", start: () => useBackend("cpu")},
  wasm: {kernels: "wasm", start: () => useBackend("wasm")},
  webgpu: {kernels: "webgpu", start: useNullWebgpu}
};

describe.each(Object.entries(roads))("on %s", (_, {kernels, start}) => {
  beforeAll(start);

  it("runs whose kernels it should", () => {
    expect(kernelsInUse()).toBe(kernels);
  });

  it.each([false, true])("counts the padding of documents, checkpointing %s", (gradientCheckpointing) => {
    const config = configurations["GPT-2"]!;
    const model = initialised(config);
    const padding = Uint8Array.from(batch.inputs, (_, i) => (i % sizes.blockSize > 4 ? 1 : 0));
    const size = {batchSize, gradientCheckpointing, batching: "documents"} as const;
    const {activations} = trainingMemory(config, size, kernels);
    expect(measure(model, 0, gradientCheckpointing, padding).activations).toBe(activations);
    model.dispose();
  });

  it.each([MOST_HEAD_SIZE, MOST_HEAD_SIZE + 2])(
    "counts the weights where heads are too wide, %i",
    (nEmbd) => {
      const config = modelConfig({...sizes, nHead: 1, nEmbd});
      const model = initialised(config);
      const {activations} = trainingMemory(config, {batchSize}, kernels);
      expect(measure(model, 0, false).activations).toBe(activations);
      model.dispose();
    }
  );

  // The bigram counts and has no backward pass.
  const trained = Object.entries(configurations).filter(([, {architecture}]) => architecture !== "bigram");
  const ways = trained.flatMap(([name, config]) =>
    [0, 0.5].flatMap((rate) => [false, true].map((checkpointing) => ({name, config, rate, checkpointing})))
  );
  it.each(ways)(
    "keeps exactly the activations that are counted, and works within the space: $name, dropout $rate, checkpointing $checkpointing",
    ({config, rate, checkpointing: gradientCheckpointing}) => {
      const model = initialised(config);
      const {activations, peak} = measure(model, rate, gradientCheckpointing);
      const size = {batchSize, ...dropouts(rate), gradientCheckpointing};
      const counted = trainingMemory(config, size, kernels);
      expect(activations).toBe(counted.activations);
      // tfjs does not know of what kernels borrow.
      const needed = counted.total - counted.moments + counted.working - 4 * borrowed(config, size, kernels);
      expect(peak).toBeLessThanOrEqual(needed);
      // Nor does it refuse what would fit: blocks are counted one by one, the models before them in a lump.
      expect(peak).toBeGreaterThan((config.architecture === "transformer" ? 0.85 : 0.2) * needed);
      model.dispose();
    }
  );
});

describe.each(Object.entries(configurations))("%s", (_, config) => {
  beforeAll(() => useBackend("cpu"));
  const model = () => initialised(config);

  it("has as many parameters as the count says", () => {
    const real = model();
    const total = Object.values(real.parameters).reduce((sum, {size}) => sum + size, 0);
    expect(parameterCount(config)).toBe(total);
    expect(trainingMemory(config, {batchSize}, "none").parameters).toBe(4 * total);
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

it("knows how much our wasm matrix product works in", async () => {
  await useBackend("wasm");
  const scratch = kernelsOn(tf.backend())!.SCRATCH.value;
  const config = configurations["GPT-2"]!;
  expect(borrowed(config, {batchSize}, "wasm")).toBe(scratch + 2 * sizes.blockSize ** 2);
});

it.each(variants)("knows how much WebGPU's matrix product %s works in at most", (variant) => {
  const most = borrowed(configurations["GPT-2"]!, {batchSize}, "webgpu");
  for (const M of [1, 64, 128, 129, 500, 768, 2049])
    for (const N of [8, 128, 130, 768, 3072]) {
      const product = {batch: 1, M, K: 100_000, N, transposeA: true, transposeB: false};
      const parts = partsOf(product, variant);
      if (parts > 1) expect(parts * (M * N + N)).toBeLessThanOrEqual(most);
    }
});

it("has no attention weights where kernels do all of it", () => {
  const long = {...configurations["GPT-2"]!, blockSize: 64};
  expect(largestTensor(long, {batchSize}, "wasm").what).toMatch(/^queries/);
  expect(largestTensor({...long, position: "rope"}, {batchSize}, "wasm").what).toMatch(/^attention/);
  expect(largestTensor({...long, position: "rope"}, {batchSize}, "webgpu").what).toMatch(/^queries/);
});

it("names the largest tensor", () => {
  expect(largestTensor(configurations["GPT-2"]!, {batchSize}, "none")).toEqual({
    elements: batchSize * 7 * 3 * 16,
    what: "queries, keys and values (batchSize · blockSize · 3 · nEmbd)"
  });
  expect(largestTensor({...configurations["GPT-2"]!, blockSize: 64}, {batchSize}, "none").what).toMatch(
    /^attention/
  );
  expect(largestTensor({...configurations["GPT-2"]!, vocabSize: 5000}, {batchSize}, "none").what).toMatch(
    /^logits/
  );
  expect(largestTensor(configurations.bigram!, {batchSize: 1, tokens: 1}, "none")).toMatchObject({
    elements: 169
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, describe, expect, it} from "vitest";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import type {Decoding, LanguageModel} from "../../src/components/inference/languageModel.js";
import {canCaptureDecoding} from "../../src/components/model/capturedDecoder.js";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {TensorModel} from "../../src/components/model/tensorModel.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
import {createRandom} from "../../src/components/random.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {useBackend} from "../backends.js";
import {relativeError} from "../ops/fixtures.js";

/** A model in float32, two layers deep, added up in another order and by another processor's exp and tanh. */
const TOLERANCE = 2e-5;

const size = {vocabSize: 11, nLayer: 2, nHead: 2, nEmbd: 16, nInner: 32, blockSize: 40};
const configs: Record<string, ModelConfig> = {
  learned: modelConfig(size),
  sinusoidal: modelConfig({...size, position: "sinusoidal"}),
  rope: modelConfig({...size, position: "rope"}),
  alibi: modelConfig({...size, position: "alibi"}),
  "no positions": modelConfig({...size, position: "none"}),
  "like Llama": modelConfig({
    ...size,
    position: "rope",
    nKvHead: 1,
    norm: "rmsNorm",
    activation: "swiGlu",
    bias: false,
    tiedHead: false
  }),
  "post-norm": modelConfig({...size, normPlacement: "post"}),
  "attention only": modelConfig({...size, architecture: "attention"})
};

/** Large weights, so that tokens differ. */
function parametersOf(config: ModelConfig) {
  const parameters = initialise(config, createRandom(3));
  for (const {shape, data} of Object.values(parameters))
    if (shape.length === 2) for (let i = 0; i < data.length; i++) data[i]! *= 12;
  return parameters;
}

const best = (scores: Float32Array): number => scores.indexOf(Math.max(...scores));

/** The prompt and `count` tokens, each the likeliest; and the scores that they were chosen by. */
async function greedy(decoding: Decoding, prompt: readonly number[], count: number) {
  const ids = [...prompt];
  const scores: Float32Array[] = [];
  for (let i = 0; i < count; i++) {
    scores.push(await decoding.read(i === 0 ? ids : ids.slice(-1)));
    ids.push(best(scores[i]!));
  }
  return {ids, scores};
}

let model: TensorModel;
afterEach(() => model.dispose());

describe("decoding by captured passes", () => {
  beforeAll(() => useBackend("webgpu"));

  it.each(Object.entries(configs))("%s: chooses by the scores of the whole pass", async (_, config) => {
    const parameters = parametersOf(config);
    const {vocabSize: V, blockSize} = config;
    await tf.setBackend("webgpu");
    model = new TensorModel(config, parameters);
    const decoding = model.decoding();
    const {ids, scores} = await greedy(decoding, [1], blockSize);
    decoding.dispose();
    // A prompt at once, and in the decoder that has read another text.
    const again = model.decoding();
    const prompted = await greedy(again, ids.slice(0, 36), 4);
    again.dispose();
    model.dispose();

    await useBackend("cpu");
    model = new TensorModel(config, parameters);
    const {logits} = await model.trace(ids.slice(0, blockSize));
    for (const [t, given] of scores.entries()) {
      const expected = logits.slice(t * V, (t + 1) * V);
      expect(relativeError(given, expected), `after ${t + 1} tokens`).toBeLessThan(TOLERANCE);
      expect(ids[t + 1]).toBe(best(expected));
    }
    expect(prompted.ids).toEqual(ids.slice(0, 40));
    expect(relativeError(prompted.scores[0]!, logits.slice(35 * V, 36 * V))).toBeLessThan(TOLERANCE);
    expect(new Set(ids).size, "tokens that differ").toBeGreaterThan(1);
  });
});

describe("a decoder", () => {
  beforeAll(() => useBackend("webgpu"));
  const config = configs.learned!;
  const open = () => {
    model = new TensorModel(config, parametersOf(config));
    return model;
  };

  it("allocates nothing from the second text on, and submits once a token", async () => {
    open();
    const {device, queue, bufferManager} = webgpuBackend();
    const warm = model.decoding();
    await greedy(warm, [1, 2, 3, 4], 3);
    warm.dispose();
    let buffers = 0;
    let submits = 0;
    const {createBuffer} = device;
    const {submit} = queue;
    device.createBuffer = (descriptor) => {
      buffers++;
      return createBuffer.call(device, descriptor);
    };
    queue.submit = (commands) => {
      submits++;
      submit.call(queue, commands);
    };
    const count = () => ({
      tensors: tf.memory().numTensors,
      ids: webgpuBackend().numDataIds(),
      bytes: bufferManager.numBytesAllocated
    });
    try {
      const before = count();
      for (let text = 0; text < 5; text++) {
        const decoding = model.decoding();
        await greedy(decoding, [text], 40);
        decoding.dispose();
      }
      expect({buffers, submits}).toEqual({buffers: 0, submits: 200});
      expect(count()).toEqual(before);
    } finally {
      device.createBuffer = createBuffer;
      queue.submit = submit;
    }
  });

  it("goes on past the context, the window moving, as without captures", async () => {
    const write = async () => {
      const ids: number[] = [1];
      const {config} = open();
      const reader = {config, decoding: () => model.decoding()} as unknown as LanguageModel;
      const settings = {options: {...PLAIN, temperature: 0.5}, seed: 4, steps: 70};
      for await (const {id} of generate(reader, ids, settings)) ids.push(id);
      return ids;
    };
    const ids = await write();
    model.dispose();
    await useBackend("cpu");
    expect(await write()).toEqual(ids);
    model.dispose();
    await useBackend("webgpu");
    open();
  });

  it("reads two texts in turns, each with a cache of its own", async () => {
    open();
    const alone = model.decoding();
    const {ids} = await greedy(alone, [5], 8);
    alone.dispose();
    const [a, b] = [model.decoding(), model.decoding()];
    let [last, other] = [5, 7];
    for (let i = 0; i < 8; i++) {
      last = best(await a.read([last]));
      other = best(await b.read([other]));
      expect(last).toBe(ids[i + 1]);
    }
    a.dispose();
    b.dispose();
  });

  it("answers with the parameters of the moment", async () => {
    open();
    const ask = async () => {
      const decoding = model.decoding();
      const scores = await decoding.read([1, 2, 3]);
      decoding.dispose();
      return scores;
    };
    const before = await ask();
    const table = model.parameters["transformer.wte.weight"]!;
    const backend = webgpuBackend();
    const {resource} = backend.tensorMap.get(table.dataId);
    const [buffer, offset] =
      resource instanceof GPUBuffer ? [resource, 0] : [resource!.buffer, resource!.offset ?? 0];
    backend.queue.writeBuffer(buffer, offset, Float32Array.of(1, 2, 3, 4));
    const after = await ask();
    expect(after).not.toEqual(before);
    const {logits} = await model.trace([1, 2, 3]);
    expect(relativeError(after, logits.slice(-config.vocabSize))).toBeLessThan(TOLERANCE);
  });

  it("refuses more than the context holds, and nothing at all", async () => {
    open();
    const decoding = model.decoding();
    await expect(decoding.read([])).rejects.toThrow(/at least one/);
    await decoding.read(Array<number>(40).fill(1));
    await expect(decoding.read([1])).rejects.toThrow(/room for 40/);
    decoding.dispose();
  });

  it("is there where kernels are, for models that look back through attention with heads of up to 256", () => {
    open();
    expect(canCaptureDecoding(config)).toBe(true);
    expect(canCaptureDecoding({...config, architecture: "mlp"})).toBe(false);
    expect(canCaptureDecoding({...config, causal: false})).toBe(false);
    expect(canCaptureDecoding({...config, nHead: 1, nKvHead: 1, nEmbd: 257})).toBe(false);
    setKernels(false);
    expect(canCaptureDecoding(config)).toBe(false);
    setKernels(true);
  });
});

import {describe, expect, it, test} from "vitest";
import {
  configOfNanoGpt,
  nanoGptSettings,
  trainConfigOfNanoGpt
} from "../../../src/components/exchange/nanoGpt/nanoGptConfig.js";
import {type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import type {TrainConfig} from "../../../src/components/training/config.js";
import {presets} from "../../../src/components/training/presets.js";
import {learningRateAt} from "../../../src/components/training/schedule.js";

const sizes = {nLayer: 2, nHead: 2, nEmbd: 16, nInner: 64, blockSize: 16, vocabSize: 8};
const model = modelConfig({...sizes, activation: "geluExact"}) as ModelConfig;
const {train} = presets.baby;
const pieces: TrainConfig = {...train, accumulationSteps: 4};

test("what nanoGPT has too comes back as it was", () => {
  const {modelArgs, trainArgs, differences} = nanoGptSettings(model, pieces);
  expect(modelArgs).toEqual({
    ...{n_layer: 2, n_head: 2, n_embd: 16, block_size: 16, bias: true, vocab_size: 8, dropout: 0}
  });
  expect(trainArgs).toMatchObject({
    ...{batch_size: 16, gradient_accumulation_steps: 4, max_iters: 5000, lr_decay_iters: 5000},
    ...{learning_rate: 1e-3, min_lr: 1e-4, warmup_iters: 100, decay_lr: true, grad_clip: 1}
  });
  expect(differences).toEqual([expect.stringContaining("random state of its own")]);
  expect(configOfNanoGpt(modelArgs)).toEqual(model);
  expect(trainConfigOfNanoGpt(trainArgs, presets.toy.train)).toEqual(pieces);
});

test("nanoGPT's schedule is this one", () => {
  // get_lr of nanoGPT's train.py.
  const {trainArgs: a} = nanoGptSettings(model, train);
  const nanoGpt = (it: number) => {
    if (it < a.warmup_iters) return (a.learning_rate * (it + 1)) / (a.warmup_iters + 1);
    if (it > a.lr_decay_iters) return a.min_lr;
    const ratio = (it - a.warmup_iters) / (a.lr_decay_iters - a.warmup_iters);
    return a.min_lr + 0.5 * (1 + Math.cos(Math.PI * ratio)) * (a.learning_rate - a.min_lr);
  };
  for (const step of [0, 1, 99, 100, 101, 2500, 4999, 5000, 6000])
    expect(learningRateAt(step, train)).toBeCloseTo(nanoGpt(step), 12);
});

describe("what has no counterpart is said", () => {
  it.each<[Partial<ModelConfig>, string]>([
    [{architecture: "mlp"}, "architecture mlp"],
    [{position: "rope"}, "position rope; its positions are learned"],
    [{norm: "rmsNorm"}, "norm rmsNorm; it has LayerNorm"],
    [{normPlacement: "post"}, "normPlacement post"],
    [{activation: "relu"}, "activation relu; it has GELU"],
    [{causal: false}, "causal false"],
    [{residual: false}, "residual false"],
    [{nKvHead: 1}, "nKvHead 1"],
    [{nInner: 32}, "nInner 32; it has 4 · 16"],
    [{tiedHead: false}, "tiedHead false"],
    [{position: "none", norm: "none"}, "position none; its positions are learned, nor of norm none"]
  ])("of the model: %o", (change, part) => {
    expect(() => nanoGptSettings({...model, ...change}, train)).toThrow(RangeError);
    expect(() => nanoGptSettings({...model, ...change}, train)).toThrow(
      `nanoGPT has no counterpart of this model's ${part}`
    );
  });

  it("of tanh in GELU, which differs by less than it says", () => {
    expect(nanoGptSettings({...model, activation: "gelu"}, train).differences[0]).toMatch(/at most 0\.0005/);
    const erf = (x: number) => {
      // A Riemann sum, fine enough for the fifth place.
      let sum = 0;
      for (let i = 0; i < 4000; i++) sum += Math.exp(-((((i + 0.5) * x) / 4000) ** 2)) * (x / 4000);
      return (2 / Math.sqrt(Math.PI)) * sum;
    };
    let most = 0;
    for (let x = -6; x <= 6; x += 0.05) {
      const tanh = 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
      most = Math.max(most, Math.abs(tanh - 0.5 * x * (1 + erf(x / Math.SQRT2))));
    }
    expect(most).toBeLessThan(0.0005);
    expect(most).toBeGreaterThan(0.0004);
  });

  it.each<[Partial<TrainConfig>, RegExp]>([
    [{optimiser: "muon"}, /no muon: it goes on with AdamW/],
    [{epsilon: 1e-6}, /epsilon is 0\.000001/],
    [{schedule: "linear"}, /no schedule linear/],
    [{schedule: "constant"}, /no warm-up/],
    [{attentionDropout: 0.1}, /one rate of dropout/],
    [{labelSmoothing: 0.1}, /no label smoothing; here it is 0\.1/],
    [{batching: "documents"}, /not on documents/],
    [{overfitOneBatch: true}, /a new batch for every step/],
    [{patience: 3}, /does not stop early/]
  ])("of the training: %o", (change, sentence) => {
    const {differences} = nanoGptSettings(model, {...train, ...change});
    expect(differences).toHaveLength(2);
    expect(differences[0]).toMatch(sentence);
  });
});

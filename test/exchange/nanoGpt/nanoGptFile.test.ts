import {beforeAll, expect, it, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {nanoGptData} from "../../../src/components/exchange/nanoGpt/nanoGptCorpus.js";
import {readNanoGptFile, writeNanoGptFile} from "../../../src/components/exchange/nanoGpt/nanoGptFile.js";
import {readNanoGptFolder} from "../../../src/components/exchange/nanoGpt/nanoGptFolder.js";
import {readNanoGptModel, toNanoGptTensors} from "../../../src/components/exchange/nanoGpt/nanoGptWeights.js";
import {
  readSafetensors,
  type Tensor,
  writeSafetensors
} from "../../../src/components/exchange/safetensors/safetensors.js";
import type {ParameterData} from "../../../src/components/model/parameters.js";
import {createRandom} from "../../../src/components/random.js";
import type {Snapshot} from "../../../src/components/training/snapshot.js";
import {torchRuns} from "../../fixtures/torchRuns.js";

let run: Snapshot;
const {corpus} = torchRuns.gpt2();

beforeAll(() => {
  const {snapshot} = torchRuns.gpt2();
  const random = createRandom(1);
  const filled = (parameters: ParameterData): ParameterData =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, {shape, data}]) => [
        name,
        {shape, data: data.map(random.normal)}
      ])
    );
  run = {
    ...snapshot,
    modelConfig: {...snapshot.modelConfig, activation: "geluExact"},
    step: 7,
    parameters: filled(snapshot.parameters),
    firstMoments: filled(snapshot.parameters),
    secondMoments: filled(snapshot.parameters),
    history: [{step: 4, trainLoss: null, validationLoss: 1.25}]
  };
});

const plain = (parameters: ParameterData) =>
  Object.entries(parameters).map(([name, {shape, data}]) => [name, shape, [...data]]);

test("weights have nn.Linear's layout and nanoGPT's names", () => {
  const tensors = toNanoGptTensors(run.parameters);
  expect(tensors.get("transformer.h.1.attn.c_attn.weight")!.shape).toEqual([48, 16]);
  expect(tensors.get("transformer.h.1.mlp.c_fc.weight")!.shape).toEqual([64, 16]);
  expect(tensors.get("transformer.h.1.mlp.c_proj.weight")!.shape).toEqual([16, 64]);
  expect(tensors.get("transformer.wpe.weight")!.shape).toEqual([16, 16]);
  expect(tensors.has("lm_head.weight")).toBe(false);
  // Element (output 5, input 3) is ours at (3, 5).
  const name = "transformer.h.0.attn.c_attn.weight";
  expect(tensors.get(name)!.data[5 * 16 + 3]).toBe(run.parameters[name]!.data[3 * 48 + 5]);
});

test("a run goes out and comes back", () => {
  const {moments, ...back} = readNanoGptFile(writeNanoGptFile(run));
  expect(back.step).toBe(7);
  expect(back.modelConfig).toEqual(run.modelConfig);
  expect(back.trainConfig).toMatchObject({batchSize: 4, accumulationSteps: 2, steps: 20, clipNorm: 0.5});
  expect(plain(back.parameters)).toEqual(plain(run.parameters));
  expect(plain(moments!.firstMoments)).toEqual(plain(run.firstMoments));
  expect(plain(moments!.secondMoments)).toEqual(plain(run.secondMoments));
  const {metadata} = readSafetensors(writeNanoGptFile(run));
  expect(JSON.parse(metadata.nanogpt!)).toMatchObject({version: 1, iter_num: 7, best_val_loss: 1.25});
});

test("it becomes a run with the text beside it, whose optimiser goes on", async () => {
  const {snapshot, corpus: read} = await readNanoGptFolder(
    writeNanoGptFile(run),
    nanoGptData(corpus),
    "words"
  );
  expect(read.train).toEqual(corpus.train);
  expect(snapshot.step).toBe(7);
  expect(snapshot.corpus.sha256).toBe(read.meta.sha256);
  expect(plain(snapshot.secondMoments)).toEqual(plain(run.secondMoments));
  const sgd = {...run, trainConfig: {...run.trainConfig, optimiser: "sgd" as const}};
  const {moments} = readNanoGptFile(writeNanoGptFile(sgd));
  expect(moments).toBeNull();
  const other = torchRuns.gpt2();
  const wider = {...other.snapshot, modelConfig: {...other.snapshot.modelConfig, vocabSize: 9}};
  const table = (shape: number[]) => ({shape, data: new Float32Array(9 * 16)});
  wider.parameters = {...wider.parameters, "transformer.wte.weight": table([9, 16])};
  const file = writeNanoGptFile({...wider, firstMoments: {}, secondMoments: {}});
  await expect(readNanoGptFolder(file, nanoGptData(corpus), "words")).rejects.toThrow(
    /8 tokens, but the model has 9/
  );
});

it.each(["_orig_mod.", "module.", "module._orig_mod."])("weights saved under %s are read", (prefix) => {
  const args = {n_layer: 2, n_head: 2, n_embd: 16, block_size: 16, bias: true, vocab_size: 8, dropout: 0};
  const saved = new Map<string, Tensor>();
  for (const [name, tensor] of toNanoGptTensors(run.parameters)) saved.set(prefix + name, tensor);
  saved.set(`${prefix}lm_head.weight`, run.parameters["transformer.wte.weight"]!);
  saved.set(`${prefix}transformer.h.0.attn.bias`, {shape: [1, 1, 16, 16], data: new Float32Array(256)});
  const {config, parameters} = readNanoGptModel(saved, args);
  expect(config).toEqual(run.modelConfig);
  expect(plain(parameters)).toEqual(plain(run.parameters));
  const head = run.parameters["transformer.wte.weight"]!.data.map((x) => x + 1);
  saved.set(`${prefix}lm_head.weight`, {shape: [8, 16], data: head});
  expect(readNanoGptModel(saved, args).config.tiedHead).toBe(false);
  saved.delete(`${prefix}transformer.ln_f.bias`);
  expect(() => readNanoGptModel(saved, args)).toThrow(FormatError);
});

it.each<[string, (metadata: Record<string, string>, tensors: Map<string, Tensor>) => void, RegExp]>([
  ["none of nanoGPT's", (metadata) => delete metadata.nanogpt, /does not come from nanoGPT's checkpoint/],
  [
    "of a later version",
    (m) => (m.nanogpt = m.nanogpt!.replace('"version":1', '"version":2')),
    /version is 2/
  ],
  [
    "without sizes",
    (m) => (m.nanogpt = m.nanogpt!.replace("n_head", "heads")),
    /model_args\.n_head is missing/
  ],
  [
    "of other sizes",
    (m) => (m.nanogpt = m.nanogpt!.replace('"n_layer":2', '"n_layer":3')),
    /transformer\.h\.2\.ln_1/
  ],
  [
    "with a clip below zero",
    (m) => (m.nanogpt = m.nanogpt!.replace('"grad_clip":0.5', '"grad_clip":-1')),
    /clipNorm/
  ],
  ["with half a state", (_, t) => t.delete("second_moment.transformer.ln_f.bias"), /ln_f\.bias is missing/]
])("a file %s is refused", (_what, spoil, message) => {
  const {tensors, metadata} = readSafetensors(writeNanoGptFile(run));
  spoil(metadata, tensors);
  const read = () => readNanoGptFile(writeSafetensors({tensors, metadata}));
  expect(read).toThrow(FormatError);
  expect(read).toThrow(message);
});

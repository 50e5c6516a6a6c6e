import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {huggingFaceShape} from "../../../src/components/exchange/huggingFace/huggingFaceShape.js";
import {
  huggingFaceParts,
  putPart,
  takePart
} from "../../../src/components/exchange/huggingFace/huggingFaceWeights.js";
import {readModelFiles} from "../../../src/components/exchange/opening/readModelFiles.js";
import {choices, type ModelConfig} from "../../../src/components/model/config.js";
import {parameterCount, parameterShapes} from "../../../src/components/model/parameters.js";
import {needsPytorch, runPython} from "../../python.js";
import {
  configOf,
  filesOf,
  folderModel,
  foreign,
  foreignFiles,
  largestDifference,
  llama,
  ownLogits,
  writeFolder
} from "./folders.js";

/** float32 here against float64 there, on logits of size up to about ten. */
const TOLERANCE = 2e-5;

const SCRIPT = fileURLToPath(new URL("../../fixtures/hugging_face.py", import.meta.url));

const theirs: [string, Partial<ModelConfig>][] = [
  ["gpt2", {}],
  ["gpt2, its head apart", {tiedHead: false}],
  ["gpt2, exact GELU", {activation: "geluExact"}],
  ["gpt2, ReLU", {activation: "relu"}],
  ["llama", {...llama, tiedHead: false}],
  ["llama, tied, with biases", {...llama, bias: true}],
  ["llama, all heads their own", {...llama, nKvHead: 4}]
];

describe("what we write", () => {
  test("is loaded strictly by Hugging Face's names, with the same logits", async (context) => {
    needsPytorch(context);
    const models = theirs.map(([, change]) => folderModel(configOf(change)));
    const place = mkdtempSync(join(tmpdir(), "hugging-face-"));
    try {
      const folders = await Promise.all(models.map((model, i) => writeFolder(join(place, `${i}`), model)));
      const ids = [1, 4, 0, 10, 10, 7, 3, 2, 9];
      const answers = JSON.parse(await runPython([SCRIPT, "logits", JSON.stringify([ids]), ...folders]));
      for (const [i, model] of models.entries())
        expect(largestDifference(await ownLogits(model, ids), answers[i]), theirs[i]![0]).toBeLessThan(
          TOLERANCE
        );
    } finally {
      rmSync(place, {recursive: true});
    }
  });

  test("is read back, every bit of it", async () => {
    for (const [, change] of [...theirs, ["own", {position: "alibi"}] as const]) {
      const model = folderModel(configOf(change));
      const back = await readModelFiles(filesOf(model));
      expect(back).toMatchObject({name: "model", config: model.config, run: model.run, remarks: []});
      expect(back.parameters).toEqual(model.parameters);
      expect(back.tokenizer.toJSON()).toEqual(model.tokenizer);
    }
  });
});

describe("what others write", () => {
  test.each(Object.entries(foreign))("%s gives PyTorch's logits", async (name, {ids, logits}) => {
    const progress: [number, number][] = [];
    const model = await readModelFiles(foreignFiles(name), {
      onProgress: (done, total) => progress.push([done, total])
    });
    expect(model.run).toBeNull();
    expect(model.tokenizer.vocabulary.length).toBe(model.config.vocabSize);
    expect(model.tokenizer.vocabulary[258]).toBe(" the");
    expect(largestDifference(await ownLogits(model, ids), logits)).toBeLessThan(TOLERANCE);
    const [done, total] = progress.at(-1)!;
    expect(done).toBe(total);
  });

  test("of what is missing, the sentence says what it is", async () => {
    const name = "gpt2 as published";
    const complaint = (without: string) => readModelFiles(foreignFiles(name, [without]));
    await expect(complaint("config.json")).rejects.toThrow("a width of 8 does not tell how many heads");
    await expect(complaint("tokenizer.json")).rejects.toThrow("There is no tokenizer among the files");
    await expect(complaint("model.safetensors")).rejects.toThrow("There are no weights among the files");
  });
});

/** Any configuration of any kind. */
const anyConfig = fc
  .record({
    architecture: fc.constantFrom(...choices.architecture),
    nLayer: fc.integer({min: 1, max: 3}),
    nKvHead: fc.integer({min: 1, max: 3}),
    groups: fc.integer({min: 1, max: 3}),
    headWidth: fc.constantFrom(2, 4, 6),
    nInner: fc.integer({min: 1, max: 9}),
    blockSize: fc.integer({min: 1, max: 9}),
    position: fc.constantFrom(...choices.position),
    norm: fc.constantFrom(...choices.norm),
    normPlacement: fc.constantFrom(...choices.normPlacement),
    activation: fc.constantFrom(...choices.activation),
    bias: fc.boolean(),
    tiedHead: fc.boolean()
  })
  .map(({groups, headWidth, ...config}) => {
    const nHead = config.nKvHead * groups;
    return configOf({...config, nHead, nEmbd: nHead * headWidth});
  });

/** Likely to be Llama's or GPT-2's, too. */
const likelyConfig = fc.oneof(
  anyConfig,
  anyConfig.map(
    (config): ModelConfig => ({
      ...config,
      ...llama,
      nKvHead: config.nKvHead,
      architecture: "transformer",
      normPlacement: "pre",
      bias: config.bias
    })
  ),
  anyConfig.map((config): ModelConfig => ({...config, ...configOf(), nLayer: config.nLayer}))
);

test("every number has one place in the file, and comes back to it", () => {
  fc.assert(
    fc.property(likelyConfig, (config) => {
      const parts = huggingFaceParts(config);
      expect(new Set(parts.map(({name}) => name)).size).toBe(parts.length);
      const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
      expect(parts.reduce((sum, {shape}) => sum + size(shape), 0)).toBe(parameterCount(config));
      let next = 0;
      for (const [name, shape] of Object.entries(parameterShapes(config))) {
        const data = Float32Array.from({length: size(shape)}, () => next++);
        const back = {shape, data: new Float32Array(data.length).fill(Number.NaN)};
        for (const part of parts.filter(({of}) => of === name)) {
          const taken = takePart(part, {shape, data});
          expect([taken.shape, taken.data.length]).toEqual([part.shape, size(part.shape)]);
          putPart(part, taken.data, back);
        }
        expect(back.data).toEqual(data);
      }
    }),
    {seed: 5, numRuns: 150}
  );
});

describe("what has no counterpart", () => {
  test.each<[Partial<ModelConfig>, string]>([
    [{}, "gpt2"],
    [llama, "llama"],
    [
      {position: "alibi"},
      "Hugging Face's GPT-2, which is nearest to this model, has no counterpart for ALiBi positions."
    ],
    [
      {bias: false, normPlacement: "post"},
      "GPT-2, which is nearest to this model, has no counterpart for linear layers without biases and norms after the layers."
    ],
    [
      {...llama, activation: "gelu", residual: false, causal: false},
      "Llama, which is nearest to this model, has no counterpart for GELU, attention without the causal mask and blocks without residuals."
    ],
    [{nKvHead: 1}, "no counterpart for heads of keys and values that queries share."],
    [
      {architecture: "bigram"},
      "no counterpart for a bigram that counts: its models are stacks of transformer blocks."
    ]
  ])("%j", (change, expected) => {
    const shape = huggingFaceShape(configOf(change));
    expect(typeof shape === "string" ? shape : shape.reason).toContain(expected);
  });
});

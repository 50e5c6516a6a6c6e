import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import type {FolderModel} from "../../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import {huggingFaceFolder} from "../../../src/components/exchange/huggingFace/huggingFaceFolder.js";
import type {GivenFile} from "../../../src/components/exchange/opening/importedModel.js";
import {readModelFiles} from "../../../src/components/exchange/opening/readModelFiles.js";
import {writeRunFile} from "../../../src/components/exchange/runFile.js";
import {runRecord} from "../../../src/components/exchange/runRecord.js";
import {writeSafetensors} from "../../../src/components/exchange/safetensors/safetensors.js";
import {writeZip} from "../../../src/components/exchange/zip/zipWriter.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";
import {newRun} from "../../../src/components/training/newRun.js";
import {presets} from "../../../src/components/training/presets.js";
import {tinyCorpus} from "../../training/corpus.js";
import {configOf, filesOf, folderModel, foreignFiles, llama} from "../huggingFace/folders.js";

const model = folderModel(configOf());
const zip = (of: FolderModel = model) => writeZip(huggingFaceFolder(of));
const text = (content: unknown) =>
  new Blob([typeof content === "string" ? content : JSON.stringify(content)]);
/** The folder with some files changed; undefined takes one away. */
const changed = (changes: Record<string, Blob | undefined>, of = model): GivenFile[] => {
  const files = new Map(filesOf(of).map(({name, file}) => [name.replace("model/", ""), file]));
  for (const [name, file] of Object.entries(changes))
    if (file) files.set(name, file);
    else files.delete(name);
  return [...files].map(([name, file]) => ({name, file}));
};
const json = async (name: string): Promise<Record<string, unknown>> =>
  JSON.parse(
    await filesOf(model)
      .find((file) => file.name === `model/${name}`)!
      .file.text()
  );

describe("opened", () => {
  test("a zip, with progress to its end", async () => {
    const told: [number, number][] = [];
    const back = await readModelFiles([{name: "mine.zip", file: zip()}], {
      onProgress: (...all) => told.push(all)
    });
    expect(back).toMatchObject({name: "mine.zip", config: model.config, run: model.run});
    expect(back.parameters).toEqual(model.parameters);
    expect(told.every(([done], i) => i === 0 || done >= told[i - 1]![0])).toBe(true);
    expect(told.at(-1)![0]).toBe(told.at(-1)![1]);
  });

  test("weights and tokenizer alone, and an ONNX file alone", async () => {
    const some = changed({}).filter(({name}) => ["model.safetensors", "tokenizer.json"].includes(name));
    const back = await readModelFiles(some);
    expect(back).toMatchObject({config: model.config, run: model.run, remarks: []});
    const onnx = await readModelFiles([{name: "model.onnx", file: new Blob([model.onnx])}]);
    expect(onnx).toMatchObject({name: "model.onnx", config: model.config, parameters: model.parameters});
  });

  test("a run's file", async () => {
    const corpus = tinyCorpus();
    const vocabSize = Object.keys(corpus.meta.tokenizer.model.vocab).length;
    const config = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 16, blockSize: 8, vocabSize});
    const snapshot = newRun(config, presets.toy.train, corpus.meta);
    const back = await readModelFiles([{name: "run.safetensors", file: writeRunFile(snapshot, corpus)}]);
    expect(back).toMatchObject({config, parameters: snapshot.parameters, run: runRecord(snapshot)});
  });

  test("GPT-2's weights without a config.json, with a remark on what was assumed", async () => {
    const vocab = Object.keys(
      JSON.parse(
        await foreignFiles("gpt2 as published")
          .find(({name}) => name === "tokenizer.json")!
          .file.text()
      ).model.vocab
    );
    const config = modelConfig({
      nLayer: 2,
      nHead: 2,
      nEmbd: 128,
      nInner: 512,
      blockSize: 16,
      vocabSize: vocab.length
    });
    const parameters = initialise(config, createRandom(1));
    const bare = new Map(
      Object.entries(parameters).map(([name, tensor]) => [name.replace("transformer.", ""), tensor])
    );
    const tokenizer = foreignFiles("gpt2 as published").find(({name}) => name === "tokenizer.json")!;
    const weights = {
      name: "gpt2.safetensors",
      file: new Blob([writeSafetensors({tensors: bare, metadata: {}})])
    };
    const back = await readModelFiles([weights, tokenizer]);
    expect(back).toMatchObject({name: "gpt2.safetensors", config, parameters, run: null});
    expect(back.remarks).toEqual([expect.stringContaining("2 were assumed, each 64 numbers wide")]);
  });
});

test("a folder of others' may have more within it: only what lies beside the weights counts", async () => {
  const file = new Blob(["{"]);
  const more = [
    "onnx/config.json",
    "onnx/tokenizer.json",
    "flax_model.msgpack",
    "model.fp16.safetensors",
    "a/b/model.safetensors"
  ];
  const files = [...more.map((name) => ({name: `model/${name}`, file})), ...filesOf(model)];
  expect(await readModelFiles(files)).toMatchObject({name: "model", config: model.config});
});

describe("refused with a sentence", () => {
  const cases: [string, () => Promise<GivenFile[]> | GivenFile[], string][] = [
    ["nothing", () => [], "No file was given"],
    [
      "pickled weights",
      () => [{name: "pytorch_model.bin", file: text("x")}],
      "pytorch_model.bin holds weights as a program"
    ],
    ["no weights", () => changed({"model.safetensors": undefined}), "There are no weights among the files"],
    [
      "two folders",
      () => [...changed({}), {name: "config.json", file: text("{}")}],
      "There are two files named config.json"
    ],
    [
      "another architecture",
      async () => changed({"config.json": text({...(await json("config.json")), model_type: "bert"})}),
      'config.json: model_type is "bert"; it must be one of "gpt2", "llama", "glassformer"'
    ],
    [
      "more layers than weights",
      async () => changed({"config.json": text({...(await json("config.json")), n_layer: 3})}),
      "The weights lack transformer.h.2.ln_1.weight"
    ],
    [
      "fewer layers than weights",
      async () => changed({"config.json": text({...(await json("config.json")), n_layer: 1})}),
      'The weights hold "transformer.h.1.'
    ],
    [
      "another width",
      async () => changed({"config.json": text({...(await json("config.json")), n_inner: 21})}),
      "has the shape [24,20], but config.json calls for [24,21]"
    ],
    [
      "another epsilon",
      async () => changed({"config.json": text({...(await json("config.json")), layer_norm_epsilon: 1e-6})}),
      "layer_norm_epsilon is 0.000001; it must be 0.00001"
    ],
    [
      "another vocabulary",
      () =>
        changed({
          "tokenizer.json": foreignFiles("gpt2 as published").find(({name}) => name === "tokenizer.json")!
            .file
        }),
      "The tokenizer has 260 tokens, but the model 11"
    ],
    [
      "an absurd size",
      async () =>
        changed({
          "config.json": text({
            ...(await json("config.json")),
            n_layer: 48,
            n_embd: 4096,
            n_head: 4,
            n_inner: 16384
          })
        }),
      "parameters; at most 300,000,000 can be opened here"
    ],
    [
      "a size that is none",
      async () => changed({"config.json": text({...(await json("config.json")), n_layer: 1e9})}),
      "nLayer is 1000000000"
    ],
    [
      "a run of another model",
      async () => changed({"run.json": text({...model.run, config: configOf({nLayer: 1})})}),
      "run.json is of another model than config.json"
    ],
    [
      "deep JSON",
      () => changed({"config.json": text(`{"model_type": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`)}),
      "config.json is nested too deeply"
    ],
    [
      "a number that is none",
      () => {
        const name = "transformer.ln_f.bias";
        const data = model.parameters[name]!.data.with(1, Number.NaN);
        return filesOf({...model, parameters: {...model.parameters, [name]: {shape: [24], data}}});
      },
      "The weight transformer.ln_f.bias holds a number that is not finite"
    ],
    [
      "whole numbers for weights",
      () => {
        const file = new TextEncoder().encode(
          JSON.stringify({"transformer.wte.weight": {dtype: "I32", shape: [1], data_offsets: [0, 4]}})
        );
        const head = new Uint8Array(8);
        new DataView(head.buffer).setUint32(0, file.length, true);
        return changed({"model.safetensors": new Blob([head, file, new Uint8Array(4)])});
      },
      "has the shape [1], but config.json calls for"
    ],
    [
      "rotary angles of another base",
      async () => {
        const theirs = folderModel(configOf(llama));
        const config = JSON.parse(
          await filesOf(theirs)
            .find(({name}) => name.endsWith("/config.json"))!
            .file.text()
        );
        return changed({"config.json": text({...config, rope_theta: 500_000})}, theirs);
      },
      "config.json: rope_theta is 500000; it must be 10000"
    ],
    [
      "scaled rotary angles",
      async () => {
        const theirs = folderModel(configOf(llama));
        const config = JSON.parse(
          await filesOf(theirs)
            .find(({name}) => name.endsWith("/config.json"))!
            .file.text()
        );
        return changed(
          {"config.json": text({...config, rope_scaling: {rope_type: "llama3", factor: 8}})},
          theirs
        );
      },
      'rope_scaling.rope_type is "llama3"; it must be "default"'
    ]
  ];
  test.each(cases)("%s", async (_, files, sentence) => {
    const given = await files();
    await expect(readModelFiles(given)).rejects.toThrow(FormatError);
    await expect(readModelFiles(given)).rejects.toThrow(sentence);
  });
});

test("reading ends at any moment with the signal's reason", async () => {
  for (const files of [changed({}), [{name: "x.zip", file: zip()}]])
    for (const after of [0, 1, 5, 20]) {
      const ending = new AbortController();
      let told = 0;
      const reading = readModelFiles(files, {
        signal: ending.signal,
        onProgress: () => {
          if (told++ >= after) ending.abort(new Error("enough"));
        }
      });
      await expect(reading).rejects.toThrow("enough");
    }
});

test("changed files give a FormatError or a model of the same shape, within a second", {
  timeout: 120_000
}, async () => {
  const zipped = new Uint8Array(await zip().arrayBuffer());
  const folder = await Promise.all(
    changed({"onnx/model.onnx": undefined, "README.md": undefined}).map(async ({name, file}) => ({
      name,
      bytes: new Uint8Array(await file.arrayBuffer())
    }))
  );
  const mutated = (bytes: Uint8Array, seed: number) => {
    const random = createRandom(seed);
    const copy = bytes.slice();
    // Beginnings are where headers are.
    for (let i = random.integer(4); i >= 0; i--)
      copy[random.integer(random.integer(2) ? Math.min(900, copy.length) : copy.length)] =
        random.integer(256);
    return new Blob([random.integer(4) ? copy : copy.subarray(0, random.integer(copy.length))]);
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(folder.length), async (seed, which) => {
      const files =
        which === folder.length
          ? [{name: "x.zip", file: mutated(zipped, seed)}]
          : folder.map(({name, bytes}, i) => ({
              name,
              file: i === which ? mutated(bytes, seed) : new Blob([bytes])
            }));
      const start = performance.now();
      const back = await readModelFiles(files).catch((error) => {
        expect(error).toBeInstanceOf(FormatError);
        return null;
      });
      if (back) expect(Object.keys(back.parameters)).toEqual(Object.keys(model.parameters));
      expect(performance.now() - start).toBeLessThan(1000);
    }),
    {seed: 9, numRuns: 600}
  );
});

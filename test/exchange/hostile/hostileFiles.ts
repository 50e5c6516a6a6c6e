import {writeCheckpoint} from "../../../src/components/exchange/checkpoint.js";
import {JsonReader} from "../../../src/components/exchange/jsonReader.js";
import {
  nanoGptData,
  readNanoGptCorpus,
  readNanoGptMeta
} from "../../../src/components/exchange/nanoGpt/nanoGptCorpus.js";
import {readNanoGptFile, writeNanoGptFile} from "../../../src/components/exchange/nanoGpt/nanoGptFile.js";
import {fromOnnx, toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {WEIGHT_FORMATS} from "../../../src/components/exchange/onnx/onnxWeights.js";
import type {GivenFile} from "../../../src/components/exchange/opening/importedModel.js";
import {readModelFiles} from "../../../src/components/exchange/opening/readModelFiles.js";
import {checkParameters} from "../../../src/components/exchange/parameterCheck.js";
import {openReceipt, receiptOf, writeReceipt} from "../../../src/components/exchange/receipt.js";
import {openRunFile, writeRunFile} from "../../../src/components/exchange/runFile.js";
import {crc32c} from "../../../src/components/exchange/safetensors/crc32c.js";
import {checkModelConfig, type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import type {ParameterData} from "../../../src/components/model/parameters.js";
import type {Random} from "../../../src/components/random.js";
import {readMergesFile} from "../../../src/components/text/readMergesFile.js";
import type {Tokenizer} from "../../../src/components/text/tokenizer.js";
import {readTokenizer} from "../../../src/components/text/tokenizerFile.js";
import {trainTokenizer} from "../../../src/components/text/trainTokenizer.js";
import {newRun} from "../../../src/components/training/newRun.js";
import {presets} from "../../../src/components/training/presets.js";
import {readLink, writeLink} from "../../../src/components/workbench/link.js";
import {tinyCorpus} from "../../training/corpus.js";
import {configOf, filesOf, folderModel, foreignFiles, llama} from "../huggingFace/folders.js";
import {largeFiles} from "./hostileLarge.js";
import {mutateOnnx} from "./hostileOnnx.js";
import {mutateSafetensors, takeApart, withHeader, withNumber} from "./hostileSafetensors.js";
import {type Entry, mutateZip, stored} from "./hostileZips.js";
import {joined, type Mutated, mutateBytes, mutateJsonOrText, pick, utf8} from "./mutations.js";

/** A file and who reads it. Resolves only where what was read is whole, and rejects with the reader's error. */
export interface HostileFile extends Mutated<Uint8Array> {
  read(): Promise<void>;
}

/** Files of one kind. Seeded, so that what a test names can be looked at again. */
export interface HostileKind {
  name: string;
  count: number;
  /** The i-th of them. */
  make(random: Random, i: number): HostileFile;
}

const blob = (content: Uint8Array): Blob => new Blob([content as Uint8Array<ArrayBuffer>]);
const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** What a reader gave must be a model: anything else is told apart from the reader's own errors. */
export class Accepted extends Error {}

function checkModel({
  config,
  parameters,
  tokenizer
}: {
  config: ModelConfig;
  parameters: ParameterData;
  tokenizer?: Tokenizer;
}): void {
  try {
    checkModelConfig(config);
    checkParameters(config, parameters);
    if (tokenizer) checkTokenizer(tokenizer, config.vocabSize);
  } catch (error) {
    throw new Accepted(`Taken although: ${(error as Error).message}`);
  }
}

function checkTokenizer(tokenizer: Tokenizer, size = tokenizer.vocabulary.length): void {
  const {ids} = tokenizer.encode("a bad cab, dace.\n");
  const isWhole = tokenizer.vocabulary.length === size && ids.every((id) => id < size);
  tokenizer.decode(ids);
  if (!isWhole) throw new Accepted("Its tokens are not its vocabulary's.");
}

const gpt2Folder = await opened(filesOf(folderModel(configOf())));
const folders = [
  gpt2Folder,
  await opened(filesOf(folderModel(configOf(llama)))),
  await opened(foreignFiles("gpt2 as published"))
];

/** The files that a model needs, by name, without their folder. */
async function opened(files: GivenFile[]): Promise<Map<string, Uint8Array>> {
  const wanted = files.filter(({name}) => /\.(json|safetensors|txt)$/.test(name));
  return new Map(
    await Promise.all(
      wanted.map(async ({name, file}) => [name.replace("model/", ""), await bytesOf(file)] as const)
    )
  );
}

const readFolder = async (folder: ReadonlyMap<string, Uint8Array>): Promise<void> =>
  checkModel(await readModelFiles([...folder].map(([name, content]) => ({name, file: blob(content)}))));

const readSingle = async (name: string, content: Uint8Array): Promise<void> =>
  checkModel(await readModelFiles([{name, file: blob(content)}]));

const {config, parameters, tokenizer, run} = folderModel(configOf());
const onnxFiles = WEIGHT_FORMATS.map((weights) =>
  toOnnx({config, parameters, metadata: {tokenizer, run}}, {weights})
);

const corpus = tinyCorpus();
const runConfig = modelConfig({
  nLayer: 1,
  nHead: 2,
  nEmbd: 4,
  nInner: 16,
  blockSize: 8,
  vocabSize: 8,
  activation: "geluExact"
});
const snapshot = {
  ...newRun(runConfig, presets.toy.train, corpus.meta),
  step: 3,
  history: Array.from({length: 4}, (_, step) => ({
    step,
    trainLoss: 2 - step / 10,
    validationLoss: step ? null : 2.1
  }))
};
const runFiles = [await bytesOf(writeRunFile(snapshot, corpus)), writeCheckpoint(snapshot) as Uint8Array];
const nanoGptFile = writeNanoGptFile(snapshot);
const nanoGpt = nanoGptData(corpus);
const receipt = JSON.parse(writeReceipt(receiptOf({...snapshot, adapter: "wasm"})));

const text = "a bad cab, an ebb; dace and deed.\n".repeat(40);
const tokenizers = [
  trainTokenizer(text, {kind: "character"}),
  trainTokenizer(text, {kind: "character", padding: true}),
  trainTokenizer(text, {kind: "byte-pair", vocabularySize: 290}),
  trainTokenizer(text, {kind: "word-piece", vocabularySize: 60, padding: true})
].map((tokenizer) => tokenizer.toJSON());

const SNAPSHOT = "glassformer.snapshot";
const CHECKSUM = "glassformer.crc32c";

/** A run's file whose JSON is changed and whose checksum is that of the change, as who means harm would write it. */
function resealed(file: Uint8Array, change: (json: string) => string): Uint8Array {
  const {header, data} = takeApart(file);
  const metadata = header.__metadata__ as unknown as Record<string, string>;
  const json = change(metadata[SNAPSHOT]!);
  metadata[SNAPSHOT] = json;
  metadata[CHECKSUM] = crc32c(data, crc32c(utf8(json)))
    .toString(16)
    .padStart(8, "0");
  return withHeader(JSON.stringify(header), data);
}

function mutateRun(file: Uint8Array, random: Random): Mutated<Uint8Array> {
  const kind = random.integer(10);
  if (kind < 4) return mutateSafetensors(file, random);
  if (kind === 4) {
    const {header} = takeApart(file);
    const names = Object.keys(header).filter(
      (name) => name !== "__metadata__" && !name.startsWith("corpus.")
    );
    const name = pick(random, names);
    const content = resealed(withNumber(file, header, name, random), (json) => json);
    return {label: `no number in ${name}, resealed`, content, mustFail: true};
  }
  let label = "";
  let mustFail = false;
  const content = resealed(file, (json) => {
    const mutated = mutateJsonOrText(JSON.parse(json), random);
    ({label, mustFail = false} = mutated);
    return mutated.content;
  });
  return {label: `${label}, resealed`, content, mustFail};
}

/** A pickle with a piece that asks for more than it is. */
const pickles: Record<string, (meta: Uint8Array, random: Random) => Uint8Array> = {
  "a million dicts": (meta) =>
    joined(meta.subarray(0, 2), new Uint8Array(1_000_000).fill(0x7d), meta.subarray(2)),
  "a million marks": (meta) =>
    joined(meta.subarray(0, 2), new Uint8Array(1_000_000).fill(0x28), meta.subarray(2)),
  "an import": (meta) => joined(meta.subarray(0, 2), utf8("cos\nsystem\n"), meta.subarray(2)),
  "a text that is longer than the file": (meta, random) =>
    joined(meta.subarray(0, 2), Uint8Array.of(0x8d, ...pick(random, HUGE)), meta.subarray(2)),
  "a dict that holds itself": () =>
    Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0, 0, 0x61, 0x68, 0, 0x73, 0x2e),
  "a value that nobody put aside": (meta) =>
    joined(meta.subarray(0, 2), Uint8Array.of(0x6a, 255, 255, 255, 255)),
  "a number of 255 bytes": (meta) =>
    joined(meta.subarray(0, 2), Uint8Array.of(0x8a, 255), new Uint8Array(255).fill(255), meta.subarray(2))
};
const HUGE = [
  new Array(8).fill(255),
  [0, 0, 0, 0, 0, 0, 32, 0],
  [0, 0, 0, 0, 1, 0, 0, 0],
  [255, 255, 255, 127, 0, 0, 0, 0]
];

function hostileNanoGpt(random: Random): HostileFile {
  const kind = random.integer(6);
  const description = {name: "words", source: "test", license: "none", blockSize: 8};
  if (kind === 0) {
    const {header, data} = takeApart(nanoGptFile);
    const metadata = header.__metadata__ as unknown as Record<string, string>;
    const {label, content} = mutateJsonOrText(JSON.parse(metadata.nanogpt!), random);
    metadata.nanogpt = content;
    return nanoGptModel({label: `nanogpt: ${label}`, content: withHeader(JSON.stringify(header), data)});
  }
  if (kind === 1) return nanoGptModel(mutateSafetensors(nanoGptFile, random));
  if (kind === 2) {
    const [label, change] = pick(random, Object.entries(pickles));
    const content = change(nanoGpt.meta!, random);
    return {label, content, mustFail: true, read: async () => void readNanoGptMeta(content)};
  }
  const part = pick(random, ["train", "val", "meta"] as const);
  const {label, content} = mutateBytes(nanoGpt[part]!, random);
  const read = async () => {
    const {train, val, meta} = await readNanoGptCorpus({...nanoGpt, [part]: content}, description);
    const size = Object.keys(meta.tokenizer.model.vocab).length;
    for (const tokens of [train, val])
      if (tokens.some((token) => token >= size)) throw new Accepted("A token is outside of the vocabulary.");
  };
  return {label: `${part}: ${label}`, content, read};
}

const nanoGptModel = (mutated: Mutated<Uint8Array>): HostileFile => ({
  ...mutated,
  read: async () => {
    const {modelConfig: config, parameters, moments} = readNanoGptFile(mutated.content);
    checkModel({config, parameters});
    for (const all of moments ? [moments.firstMoments, moments.secondMoments] : [])
      checkModel({config, parameters: all});
  }
});

function hostileTokenizer(random: Random): HostileFile {
  if (random.integer(5) === 0) {
    // GPT-2's two older files.
    const {model} = tokenizers[2]!;
    const vocab = random.integer(2) ? mutateJsonOrText(model.vocab, random) : null;
    const merges = ["#version: 0.2", ...(model.merges as string[])].join("\n");
    const lines = vocab ? {label: "", content: utf8(merges)} : mutateMerges(merges, random);
    const content = vocab ? utf8(vocab.content) : lines.content;
    const read = async () => {
      const json = JsonReader.parse(vocab?.content ?? JSON.stringify(model.vocab), "vocab.json");
      checkTokenizer(json.as((tokens) => readMergesFile(tokens, new TextDecoder().decode(lines.content))));
    };
    return {label: vocab ? `vocab.json: ${vocab.label}` : `merges.txt: ${lines.label}`, content, read};
  }
  const {label, content} = mutateJsonOrText(pick(random, tokenizers), random);
  const read = async () => checkTokenizer(JsonReader.parse(content, "tokenizer.json").as(readTokenizer));
  return {label, content: utf8(content), read};
}

function mutateMerges(merges: string, random: Random): Mutated<Uint8Array> {
  const changes: Record<string, () => string> = {
    "a million lines": () => "\n".repeat(1_000_000),
    "one merge again and again": () => `${merges}\n${"a b\n".repeat(50_000)}`,
    "a line of a megabyte": () => `${merges}\n${"a".repeat(1_000_000)}`,
    "spaces alone": () => `${merges}\n${" ".repeat(1_000_000)}`
  };
  if (random.integer(2)) return mutateBytes(utf8(merges), random);
  const [label, change] = pick(random, Object.entries(changes));
  return {label, content: utf8(change())};
}

const isWeights = (name: string): boolean => name.endsWith(".safetensors");

/** A folder with one of its files changed. */
function hostileFolder(
  random: Random,
  fits: (name: string) => boolean,
  change: (bytes: Uint8Array, name: string) => Mutated<Uint8Array>
): HostileFile {
  const folder = pick(random, folders);
  const changed = new Map(folder);
  const name = pick(random, [...folder.keys()].filter(fits));
  const mutated = change(folder.get(name)!, name);
  changed.set(name, mutated.content);
  return {...mutated, label: `${name}: ${mutated.label}`, read: () => readFolder(changed)};
}

const large = largeFiles({
  folder: (name, content) => readFolder(new Map([...gpt2Folder, [name, content]])),
  runFile: runFiles[0]!,
  tokenizer
});

export const hostileKinds: HostileKind[] = [
  {
    name: "large",
    count: large.length,
    make(_, i) {
      const [label, make] = large[i]!;
      const {content, read} = make();
      return {label, content, mustFail: true, read: async () => void (await read(content))};
    }
  },
  {
    name: "ONNX",
    count: 450,
    make(random) {
      const mutated = mutateOnnx(pick(random, onnxFiles), random);
      const read = random.integer(2)
        ? () => readSingle("model.onnx", mutated.content)
        : async () => checkModel(fromOnnx(mutated.content));
      return {...mutated, read};
    }
  },
  {
    name: "safetensors",
    count: 450,
    make: (random) => hostileFolder(random, isWeights, (bytes) => mutateSafetensors(bytes, random))
  },
  {
    name: "zip",
    count: 450,
    make(random) {
      const entries: Entry[] = [...gpt2Folder].map(([name, bytes]) => stored(`model/${name}`, bytes));
      const mutated = mutateZip(entries, random);
      return {...mutated, read: () => readSingle("model.zip", mutated.content)};
    }
  },
  {name: "tokenizer", count: 450, make: hostileTokenizer},
  {
    name: "checkpoint",
    count: 450,
    make(random) {
      const mutated = mutateRun(pick(random, runFiles), random);
      const read = random.integer(2)
        ? () => readSingle("run.safetensors", mutated.content)
        : async () => {
            const {snapshot, corpus} = await openRunFile(blob(mutated.content));
            checkModel({config: snapshot.modelConfig, parameters: snapshot.parameters});
            // What is read can be written again.
            writeCheckpoint(snapshot);
            structuredClone({...snapshot, parameters: {}, firstMoments: {}, secondMoments: {}});
            if (corpus?.train.some((token) => token >= snapshot.modelConfig.vocabSize))
              throw new Accepted("A token is outside of the vocabulary.");
          };
      return {...mutated, read};
    }
  },
  {
    name: "other files of a folder",
    count: 250,
    make: (random) =>
      hostileFolder(
        random,
        (name) => !isWeights(name),
        (bytes, name) => {
          if (name.endsWith(".txt")) return mutateBytes(bytes, random);
          const {label, content} = mutateJsonOrText(JSON.parse(new TextDecoder().decode(bytes)), random);
          return {label, content: utf8(content)};
        }
      )
  },
  {name: "nanoGPT", count: 250, make: hostileNanoGpt},
  {
    name: "receipt",
    count: 200,
    make(random) {
      const {label, content} = mutateJsonOrText(receipt, random);
      const bytes = utf8(content);
      const read = async () => {
        const {modelConfig, curve, steps} = await openReceipt(blob(bytes));
        checkModelConfig(modelConfig);
        if (curve.some(({step}) => step > steps)) throw new Accepted("The curve goes beyond its run.");
      };
      return {label, content: bytes, read};
    }
  },
  {
    name: "link",
    count: 100,
    make(random) {
      const {model, train} = presets.baby;
      const link = writeLink({
        preset: "toy",
        model,
        train,
        backend: "wasm",
        text: {kind: "own", bytes: 12, sha256: "0".repeat(64), isBook: true},
        tokenizer: {kind: "byte-pair", vocabularySize: 512}
      });
      const {label, content} = mutateBytes(utf8(link), random);
      const read = async () => {
        const back = readLink(new TextDecoder().decode(content));
        if (back) checkModelConfig({...back.settings.model, vocabSize: 256});
      };
      return {label, content, read};
    }
  }
];

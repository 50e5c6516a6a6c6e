import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {readOnnxHeader} from "../../src/components/exchange/onnx/onnx.js";
import {runRecord} from "../../src/components/exchange/runRecord.js";
import type {LoadProgress} from "../../src/components/inference/protocol.js";
import {modelConfig} from "../../src/components/model/config.js";
import {
  findOwnRun,
  type OpenModelOptions,
  openOwnModel,
  openShippedModel,
  type Store
} from "../../src/components/studio/model.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {StorageError} from "../../src/components/training/store.js";
import {tinyCorpus} from "../training/corpus.js";

const corpus = tinyCorpus();
const {vocab} = corpus.meta.tokenizer.model;
const config = modelConfig({
  nLayer: 1,
  nHead: 1,
  nEmbd: 4,
  nInner: 16,
  blockSize: 8,
  vocabSize: Object.keys(vocab).length
});
const site = {
  model: "model.onnx",
  modelBytes: 1000,
  tokenizer: "tokenizer.json",
  run: "run.json",
  corpusMeta: "meta.json",
  validation: "val.bin"
};

function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {...newRun(config, presets.toy.train, corpus.meta), step: 1200, ...changes};
}

function store(stored: Snapshot | null): Store & {close: ReturnType<typeof vi.fn<() => void>>} {
  return {
    summary: async () => stored,
    snapshot: async () => stored,
    opening: async (count) => corpus.val.subarray(0, count),
    close: vi.fn<() => void>()
  };
}

/** Opens nothing, and remembers what it was given. */
function opening() {
  const openOnnx = vi.fn<NonNullable<OpenModelOptions["openOnnx"]>>(async (_, {label, tokenizer}) => ({
    label,
    config,
    tokenizer,
    trace: () => Promise.reject(new Error("not asked")),
    dispose() {}
  }));
  return openOnnx;
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
let files: Record<string, Uint8Array<ArrayBuffer>>;

beforeEach(() => {
  files = {
    "meta.json": json(corpus.meta),
    "tokenizer.json": json(corpus.meta.tokenizer),
    "run.json": json(runRecord(snapshot())),
    "val.bin": new Uint8Array(corpus.val.slice().buffer)
  };
  vi.stubGlobal("fetch", async (url: string) =>
    files[url] ? new Response(files[url]) : new Response(null, {status: 404})
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const validation = [...corpus.val].map((id) => Object.keys(vocab)[id]).join("");

test("a run counts once it has been trained", async () => {
  const trained = store(snapshot());
  expect(await findOwnRun(async () => trained)).toMatchObject({run: {step: 1200}, problem: null});
  expect(trained.close).toHaveBeenCalled();
  expect(await findOwnRun(async () => store(snapshot({step: 0})))).toEqual({run: null, problem: null});
  expect(await findOwnRun(async () => store(null))).toEqual({run: null, problem: null});
});

test("storage that refuses is no run, and says why", async () => {
  const refuse = () => Promise.reject(new StorageError("Storage is forbidden."));
  expect(await findOwnRun(refuse)).toEqual({run: null, problem: "Storage is forbidden."});
});

test("the reader's model is written as ONNX and opened", async () => {
  const openOnnx = opening();
  const opened = await openOwnModel(site, {openOnnx, openStore: async () => store(snapshot())});
  expect(opened).toMatchObject({own: true, mismatch: null, model: {label: "your model, step 1,200"}});
  const bytes = openOnnx.mock.calls[0]![0] as Uint8Array;
  expect(readOnnxHeader(bytes)).toMatchObject({config, metadata: {run: {steps: 1200}}});
  expect(opened.opening).toBe(validation);
});

test("a reader's model with another tokenizer of the site's text begins with that text too", async () => {
  const reversed = characterTokenizer(Object.keys(vocab).reverse());
  const own = snapshot({corpus: {...corpus.meta, tokenizer: reversed.toJSON()}});
  const opened = await openOwnModel(site, {openOnnx: opening(), openStore: async () => store(own)});
  expect(opened.mismatch).toBeNull();
  expect(opened.opening).toBe(validation);
});

test("a reader's model of another text has that text's beginning and says so", async () => {
  const own = snapshot({corpus: {...corpus.meta, name: "mine.txt", sha256: "a".repeat(64)}});
  files["val.bin"] = new Uint8Array();
  const opened = await openOwnModel(site, {openOnnx: opening(), openStore: async () => store(own)});
  expect(opened.mismatch).toEqual({trainedOn: "mine.txt"});
  expect(opened.opening).toBe(validation);
});

test("a run that is gone or diverged is refused with a sentence", async () => {
  const openOnnx = opening();
  await expect(openOwnModel(site, {openOnnx, openStore: async () => store(null)})).rejects.toThrow(
    "No trained run"
  );
  const diverged = snapshot();
  diverged.parameters["transformer.wte.weight"]!.data[0] = Number.NaN;
  await expect(openOwnModel(site, {openOnnx, openStore: async () => store(diverged)})).rejects.toThrow(
    RangeError
  );
  expect(openOnnx).not.toHaveBeenCalled();
});

test("the shipped model is opened by its address, with progress and a signal", async () => {
  const openOnnx = opening();
  const onProgress = (_: LoadProgress) => {};
  const {signal} = new AbortController();
  const opened = await openShippedModel(site, {openOnnx, onProgress, signal});
  expect(opened).toMatchObject({own: false, mismatch: null, opening: validation});
  expect(openOnnx).toHaveBeenCalledWith("model.onnx", expect.objectContaining({onProgress, signal}));
});

test("a shipped model of another corpus uses its own tokenizer, and the pages can say so", async () => {
  const foreign = snapshot({corpus: {...corpus.meta, name: "plays", sha256: "b".repeat(64)}});
  files["run.json"] = json(runRecord(foreign));
  const fewer = {"\n": 0, " ": 1, a: 2, b: 3, c: 4, d: 5, e: 6};
  files["tokenizer.json"] = json({
    ...corpus.meta.tokenizer,
    model: {...corpus.meta.tokenizer.model, vocab: fewer}
  });
  const opened = await openShippedModel(site, {openOnnx: opening()});
  expect(opened.mismatch).toEqual({trainedOn: "plays"});
  expect(opened.model.tokenizer.vocabulary).toHaveLength(7);
  expect(opened.opening).toBe(validation.replaceAll(".", ""));
});

test("a damaged or missing file of the site is named", async () => {
  files["run.json"] = json({version: 1});
  await expect(openShippedModel(site, {openOnnx: opening()})).rejects.toThrow(/run\.json/);
  delete files["run.json"];
  await expect(openShippedModel(site, {openOnnx: opening()})).rejects.toThrow(/run\.json.*404/);
});

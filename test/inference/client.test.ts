import {createServer, type Server} from "node:http";
import type {AddressInfo} from "node:net";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {FormatError} from "../../src/components/exchange/formatError.js";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {openOnnxModelInWorker} from "../../src/components/inference/client.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import type {LoadProgress, Request} from "../../src/components/inference/protocol.js";
import {SITE_GRAPH} from "../../src/components/inference/siteGraph.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {cases, fixture, onnxFile, tokenizer, toParameterData} from "../fixtures/model.js";
import {fakeWorker} from "./fakeWorker.js";

const bytes = toOnnx(onnxFile);
const ids = fixture.ids[0]!;

const open = (model: Uint8Array | string, more: object = {}) =>
  openOnnxModelInWorker(model, {label: "the fixture", tokenizer, createWorker: () => fakeWorker(), ...more});

describe("a model behind a channel", () => {
  const seen: Request[] = [];
  let model: LanguageModel;
  beforeAll(async () => {
    model = await open(bytes, {createWorker: () => fakeWorker(seen)});
  });
  afterAll(() => model.dispose());

  test("answers as one in this thread does", async () => {
    const direct = await openOnnxModel(bytes, {label: "", tokenizer});
    expect(model).toMatchObject({label: "the fixture", config: fixture.config, tokenizer});
    for (const attention of [true, false])
      expect(await model.trace(ids, {attention})).toEqual(await direct.trace(ids, {attention}));
    expect(await model.scores!([...ids, ...ids], 2)).toEqual(await direct.scores!([...ids, ...ids], 2));
    direct.dispose();
  });

  test("has no attention to tell of where no layer attends", async () => {
    const {config, parameters} = cases.mlp!;
    const model = await open(toOnnx({...onnxFile, config, parameters: toParameterData(parameters)}));
    const trace = await model.trace(cases.mlp!.ids[0]!, {attention: true});
    expect(trace.attention).toBeNull();
    expect(trace.logits).toHaveLength(trace.ids.length * config.vocabSize);
    model.dispose();
  });

  test("runs requests in order and never those given up while they waited", async () => {
    seen.length = 0;
    const controller = new AbortController();
    const {signal} = controller;
    const answers = [1, 2, 3, 4, 5].map((n) =>
      model.trace(ids.slice(0, n), n === 3 || n === 4 ? {signal} : {})
    );
    controller.abort();
    const results = await Promise.allSettled(answers);
    expect(results.map(({status}) => status === "fulfilled")).toEqual([true, true, false, false, true]);
    expect(results[2]).toMatchObject({reason: {name: "AbortError"}});
    expect(seen.map((request) => request.type === "trace" && request.ids.length)).toEqual([1, 2, 5]);
  });

  test("one given up while it runs rejects at once, and its answer reaches nobody else", async () => {
    const controller = new AbortController();
    const given = model.trace(ids.slice(0, 2), {signal: controller.signal});
    const next = model.trace(ids.slice(0, 3));
    controller.abort();
    await expect(given).rejects.toMatchObject({name: "AbortError"});
    expect((await next).ids).toHaveLength(3);
  });

  test("reads texts token by token, several in turn, as whole windows do", async () => {
    const {logits} = await model.trace(ids);
    const V = fixture.config.vocabSize;
    const row = (end: number) => [...logits.slice((end - 1) * V, end * V)];
    const [one, other] = [model.decoding!(), model.decoding!()];
    const close = (actual: Float32Array, expected: number[]) =>
      actual.forEach((score, i) => {
        expect(score).toBeCloseTo(expected[i]!, 4);
      });
    close(await one.read(ids.slice(0, 3)), row(3));
    close(await other.read(ids.slice(0, 1)), row(1));
    close(await one.read(ids.slice(3, 4)), row(4));
    close(await other.read(ids.slice(1, 2)), row(2));
    one.dispose();
    close(await other.read(ids.slice(2, 5)), row(5));
    await expect(other.read([99])).rejects.toThrow("Token 0 is 99");
    other.dispose();
    expect((await model.trace(ids)).logits).toEqual(logits);
  });

  test("a reading that the model's end cuts off says so", async () => {
    const short = await open(bytes);
    const reading = short.decoding!();
    await reading.read(ids.slice(0, 2));
    const cut = reading.read(ids.slice(2, 3));
    short.dispose();
    await expect(cut).rejects.toMatchObject({name: "AbortError"});
    reading.dispose();
  });

  test("refuses what the model cannot take", async () => {
    await expect(model.trace([])).rejects.toThrow("takes 1 to 12 tokens at once; 0 were given");
    await expect(model.trace([99])).rejects.toThrow(RangeError);
    await expect(model.trace(ids, {signal: AbortSignal.abort()})).rejects.toMatchObject({name: "AbortError"});
  });
});

test("the file runs as it is, as the pages need it, or with other weights", async () => {
  const [asItIs, forPages, small] = [
    await open(bytes, {graph: {}}),
    await open(bytes),
    await open(bytes, {graph: {weights: "int8"}})
  ];
  expect(asItIs.fileBytes).toBe(bytes.length);
  expect(forPages.fileBytes).toBe(toOnnx(onnxFile, SITE_GRAPH).length);
  expect(small.fileBytes).toBe(toOnnx(onnxFile, {weights: "int8"}).length);
  const [a, b, c] = [await asItIs.trace(ids), await forPages.trace(ids), await small.trace(ids)];
  const largest = (x: Float32Array) => Math.max(...x.map((score, i) => Math.abs(score - a.logits[i]!)));
  expect(largest(b.logits)).toBeLessThan(1e-5);
  // A 127th of a weight is no little in a model of width 8.
  expect(largest(c.logits)).toBeGreaterThan(1e-3);
  expect(largest(c.logits)).toBeLessThan(0.3);
  for (const model of [asItIs, forPages, small]) {
    expect(model.provider).toBe("wasm");
    model.dispose();
  }
});

test("what goes wrong in the worker arrives as the same kind of error", async () => {
  await expect(open(bytes.slice(0, 3000))).rejects.toThrow(FormatError);
  await expect(open(bytes, {tokenizer: characterTokenizer(["a"])})).rejects.toThrow(
    "1 tokens, but the model has 11"
  );
});

test("after dispose everything is refused, the waiting too", async () => {
  const model = await open(bytes);
  const waiting = [model.trace(ids), model.trace(ids)];
  model.dispose();
  for (const answer of [...waiting, model.trace(ids)])
    await expect(answer).rejects.toMatchObject({name: "AbortError", message: "The model was closed."});
});

test("a worker that stops rejects what waits with a sentence", async () => {
  const worker = fakeWorker();
  const model = await open(bytes, {createWorker: () => worker});
  const waiting = model.trace(ids);
  worker.onerror!({preventDefault() {}, message: "out of memory"} as ErrorEvent);
  await expect(waiting).rejects.toThrow("stopped (out of memory). Reload the page");
});

describe("from a URL", () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/model.onnx") response.end(bytes);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("the bytes are counted while they come", async () => {
    const heard: LoadProgress[] = [];
    const model = await open(`${origin}/model.onnx`, {onProgress: (p: LoadProgress) => heard.push(p)});
    model.dispose();
    expect(heard.at(-1)).toEqual({part: "model", loadedBytes: bytes.length, totalBytes: bytes.length});
  });

  test("a file that is not there is named", async () => {
    await expect(open(`${origin}/none.onnx`)).rejects.toThrow(
      "none.onnx could not be loaded: the server answered 404"
    );
  });

  test("opening can be given up", async () => {
    const controller = new AbortController();
    const opening = open(`${origin}/model.onnx`, {signal: controller.signal});
    controller.abort();
    await expect(opening).rejects.toMatchObject({name: "AbortError"});
  });
});

import {readFileSync} from "node:fs";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {readOnnxHeader, toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import {generateTogether} from "../../src/components/generation/generateTogether.js";
import type {LanguageModel} from "../../src/components/inference/languageModel.js";
import {openOnnxForward, openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {openFastest} from "../../src/components/inference/openFastest.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {cases, fixture, onnxFile, tokenizer, toParameterData} from "../fixtures/model.js";

const bytes = toOnnx(onnxFile);
const {vocabSize: V, blockSize} = fixture.config;
const T = fixture.ids[0]!.length;
let model: LanguageModel;

/** Relative to the largest value: a whole model in float32, two layers deep, against float64. */
const TOLERANCE = 2e-5;

beforeAll(async () => {
  model = await openOnnxModel(bytes, {label: "the fixture", tokenizer});
});
afterAll(() => model.dispose());

/** Largest difference relative to the largest reference value. */
function relativeError(actual: ArrayLike<number>, expected: number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(actual[i]! - value))) / scale;
}

/** What a file cannot say: it holds no padding, and dropout is for training. */
const asked = Object.entries(cases).filter(([, {padding, dropout}]) => !padding && !dropout);

test.each(asked)("%s: logits and attention weights are PyTorch's", async (_, expected) => {
  const {config} = expected;
  const parameters = toParameterData(expected.parameters);
  const model = await openOnnxModel(toOnnx({...onnxFile, config, parameters}), {label: "", tokenizer});
  const row = ({data}: {data: number[]}, b: number) => {
    const size = data.length / expected.ids.length;
    return data.slice(b * size, (b + 1) * size);
  };
  for (const [b, ids] of expected.ids.entries()) {
    const trace = await model.trace(ids, {attention: true});
    expect([...trace.ids]).toEqual(ids);
    expect(relativeError(trace.logits, row(expected.logits, b))).toBeLessThan(TOLERANCE);
    if (expected.attention.length === 0) expect(trace.attention).toBeNull();
    else {
      const weights = expected.attention.flatMap((layer) => row(layer, b));
      expect(relativeError(trace.attention!, weights)).toBeLessThan(TOLERANCE);
    }
  }
  model.dispose();
});

test("a later token changes no earlier logit and gets no attention, exactly", async () => {
  const ids = fixture.ids[0]!;
  const last = ids.with(-1, (ids.at(-1)! + 1) % V);
  const [a, b] = [await model.trace(ids, {attention: true}), await model.trace(last)];
  expect(b.logits.slice(0, -V)).toEqual(a.logits.slice(0, -V));
  expect(b.logits.slice(-V)).not.toEqual(a.logits.slice(-V));
  a.attention!.forEach((weight, i) => {
    const query = Math.floor(i / T) % T;
    if (i % T > query) expect(weight).toBe(0);
  });
});

test("any length up to the context runs, and a longer window repeats the shorter one's logits", async () => {
  const ids = Array.from({length: blockSize}, (_, i) => (3 * i) % V);
  const whole = await model.trace(ids);
  expect(whole.logits.length).toBe(blockSize * V);
  expect(whole.attention).toBeNull();
  const one = await model.trace(ids.slice(0, 1));
  expect(relativeError(one.logits, [...whole.logits.slice(0, V)])).toBeLessThan(1e-5);
});

test("what the model cannot take is refused with a sentence", async () => {
  await expect(model.trace([])).rejects.toThrow("takes 1 to 12 tokens at once; 0 were given");
  await expect(model.trace(new Array(13).fill(0))).rejects.toThrow("13 were given");
  await expect(model.trace([0, V])).rejects.toThrow("Token 1 is 11");
  await expect(model.trace([Number.NaN])).rejects.toThrow("Token 0 is NaN");
  await expect(model.trace([0], {signal: AbortSignal.abort()})).rejects.toThrow("abort");
  const small = characterTokenizer(["a", "b"]);
  await expect(openOnnxModel(bytes, {label: "", tokenizer: small})).rejects.toThrow(
    "2 tokens, but the model has 11"
  );
});

test("a graph that ONNX Runtime refuses is called damaged", async () => {
  const text = new TextDecoder("latin1").decode(bytes);
  const damaged = Uint8Array.from(text.replace("Softmax", "Softmix"), (c) => c.charCodeAt(0));
  await expect(openOnnxModel(damaged, {label: "", tokenizer})).rejects.toThrow("it is damaged");
});

test("windows scored together get the scores that each gets alone", async () => {
  const [first] = fixture.ids;
  const second = first!.map((id) => (id + 1) % V);
  const logits = await model.scores!([...first!, ...second], 2);
  const alone = [];
  for (const window of [first!, second]) alone.push(...(await model.trace(window)).logits);
  expect(relativeError(logits, alone)).toBeLessThan(TOLERANCE);
});

test("windows scored together must be of one length and of known tokens", async () => {
  await expect(model.scores!([0, 0, 0], 2)).rejects.toThrow("3 tokens do not make 2 windows of one length.");
  await expect(model.scores!([0, 9999], 2)).rejects.toThrow("Token 0 is 9999");
});

describe("the file that shipped with version 2", () => {
  const shipped = readFileSync(new URL("../../src/data/order-runs/learned.onnx", import.meta.url));
  const {config, metadata, version} = readOnnxHeader(shipped);
  const tokenizer = readTokenizer(metadata.tokenizer);

  test("is decoded with a cache, past the end of the context, as it is read in whole windows", async () => {
    expect(version).toBe(2);
    const model = await openOnnxModel(shipped, {label: "", tokenizer});
    const {decoding, ...wholeWindows} = model;
    expect(decoding).toBeDefined();
    const {ids} = tokenizer.encode("Once upon a time");
    const settings = {
      options: {temperature: 0.8, topK: null, topP: 0.95},
      seed: 3,
      // The window moves on twice.
      steps: Math.floor(config.blockSize * 1.8)
    };
    const written = [];
    for (const asked of [model, wholeWindows]) {
      const tokens = [];
      for await (const {id} of generate(asked, ids, settings)) tokens.push(id);
      written.push(tokenizer.decode(tokens));
    }
    expect(written[0]!.length).toBeGreaterThan(config.blockSize);
    expect(written[0]).toBe(written[1]);
    model.dispose();
  });

  test("reads several texts together as it reads each alone, past the end of the context", async () => {
    const model = await openOnnxModel(shipped, {label: "", tokenizer});
    const {ids} = tokenizer.encode("Once upon a time");
    const steps = Math.floor(config.blockSize * 1.2); // the window moves on once
    const writings = [0, 0.5, 1].map((temperature, seed) => ({options: {...PLAIN, temperature}, seed}));
    const texts = writings.map((): number[] => []);
    for await (const tokens of generateTogether(model, ids, {writings, steps}))
      for (const [i, id] of tokens.entries()) texts[i]!.push(id);
    for (const [i, writing] of writings.entries()) {
      const alone = [];
      for await (const {id} of generate(model, ids, {...writing, steps})) alone.push(id);
      expect(tokenizer.decode(texts[i]!)).toBe(tokenizer.decode(alone));
    }
    await expect(model.decoding!(2).read([1, 2, 3])).rejects.toThrow(
      "3 tokens do not make 2 windows of one length."
    );
    model.dispose();
  });

  test("writing can be given up at any token", async () => {
    const model = await openOnnxModel(shipped, {label: "", tokenizer});
    const controller = new AbortController();
    const {ids} = tokenizer.encode("Once");
    const options = {temperature: 0, topK: null, topP: 1};
    let count = 0;
    const writing = async () => {
      for await (const _ of generate(model, ids, {options, seed: 1, steps: 50, signal: controller.signal}))
        if (++count === 5) controller.abort();
    };
    await expect(writing()).rejects.toMatchObject({name: "AbortError"});
    expect(count).toBe(5);
    model.dispose();
  });
});

test("weights of attention that a file does not compute are there when asked for, and readings go on", async () => {
  const {attention} = await model.trace(fixture.ids[0]!, {attention: true});
  const bare = await openOnnxForward(toOnnx(onnxFile));
  const reading = bare.decoding!();
  await reading.read(fixture.ids[0]!.slice(0, 2));
  expect((await bare.trace(fixture.ids[0]!, false)).attention).toBeNull();
  const trace = await bare.trace(fixture.ids[0]!, true);
  expect(relativeError(trace.attention!, [...attention!])).toBeLessThan(TOLERANCE);
  const next = await reading.read(fixture.ids[0]!.slice(2, 3));
  expect(relativeError(next, [...trace.logits.slice(2 * V, 3 * V)])).toBeLessThan(TOLERANCE);
  await bare.dispose();
});

test("a model with no GPU to try, or too small for one, runs in WebAssembly", async () => {
  const small = await openFastest(bytes);
  const large = await openFastest(bytes, {from: 1});
  expect([small.provider, large.provider]).toEqual(["wasm", "wasm"]);
  await small.dispose();
  await large.dispose();
});

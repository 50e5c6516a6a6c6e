import {afterAll, beforeAll, beforeEach, expect, test} from "vitest";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {Continuation} from "../../src/components/generation/continuation.js";
import {type GenerationSettings, generate} from "../../src/components/generation/generate.js";
import {openOnnxModelInWorker} from "../../src/components/inference/client.js";
import type {LanguageModel, TextModel} from "../../src/components/inference/languageModel.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import type {Request} from "../../src/components/inference/protocol.js";
import {SITE_GRAPH} from "../../src/components/inference/siteGraph.js";
import {cases, fixture, onnxFile, tokenizer, toParameterData} from "../fixtures/model.js";
import {fakeWorker} from "./fakeWorker.js";

const seen: Request[] = [];
const prompt = fixture.ids[0]!.slice(0, 4);
/** Past the context of twelve tokens, so that its window moves on. */
const settings: GenerationSettings = {
  options: {temperature: 0.9, topK: 8, topP: 0.95},
  seed: 5,
  steps: 40
};
const open = (bytes: Uint8Array) =>
  openOnnxModelInWorker(bytes, {label: "", tokenizer, createWorker: () => fakeWorker(seen)});

let model: LanguageModel;
let direct: LanguageModel;
beforeAll(async () => {
  model = await open(toOnnx(onnxFile));
  direct = await openOnnxModel(toOnnx(onnxFile), {label: "", tokenizer, graph: SITE_GRAPH});
});
beforeEach(() => {
  seen.length = 0;
});
afterAll(() => {
  model.dispose();
  direct.dispose();
});

async function text(model: TextModel, more: Partial<GenerationSettings> = {}) {
  const tokens = [];
  for await (const token of generate(model, prompt, {...settings, ...more})) tokens.push(token);
  return tokens;
}

test("a text written in the worker is the one that is written token by token, in one request", async () => {
  expect(direct.write).toBeUndefined();
  const [theirs, ours] = [await text(model), await text(direct)];
  expect(theirs).toEqual(ours);
  expect(theirs).toHaveLength(settings.steps);
  expect(seen.map(({type}) => type)).toEqual(["write"]);
  const ids = (tokens: typeof theirs) => tokens.map(({id}) => id);
  expect(ids(await text(model, {seed: 6}))).not.toEqual(ids(theirs));
  expect(await text(model, {steps: 0})).toEqual([]);
});

test("a model without a cache is asked for whole windows there too", async () => {
  const {config, parameters} = cases.mlp!;
  const bytes = toOnnx({...onnxFile, config, parameters: toParameterData(parameters)});
  const [there, here] = [await open(bytes), await openOnnxModel(bytes, {label: "", tokenizer})];
  expect(there.decoding).toBeUndefined();
  expect(await text(there)).toEqual(await text(here));
  there.dispose();
  here.dispose();
});

test("a text given up ends at once, and the worker stops writing it", async () => {
  const controller = new AbortController();
  let count = 0;
  const writing = async () => {
    const forever = {...settings, steps: 100_000, signal: controller.signal};
    for await (const _ of generate(model, prompt, forever)) if (++count === 3) controller.abort();
  };
  await expect(writing()).rejects.toMatchObject({name: "AbortError"});
  expect(count).toBe(3);
  // Else this would have to wait for a minute.
  expect(await text(model, {steps: 5})).toHaveLength(5);
  expect(seen.map(({type}) => type)).toEqual(["write", "stop", "write"]);
});

test("whoever stops listening stops the worker", async () => {
  for await (const _ of generate(model, prompt, {...settings, steps: 100_000})) break;
  await model.trace(prompt);
  expect(seen.map(({type}) => type)).toEqual(["write", "stop", "trace"]);
});

test("other requests, and other texts, go on between two tokens", async () => {
  let isWriting = true;
  const long = text(model, {steps: 400}).then((tokens) => {
    isWriting = false;
    return tokens;
  });
  const short = await text(model, {steps: 4});
  await model.trace(prompt);
  expect(isWriting).toBe(true);
  expect((await long).slice(0, 4)).toEqual(short);
});

test("what goes wrong there arrives as the same kind of error, and the model goes on", async () => {
  const unknown = async () => {
    for await (const _ of generate(model, [99], settings));
  };
  await expect(unknown()).rejects.toThrow("Token 0 is 99");
  await expect(unknown()).rejects.toBeInstanceOf(RangeError);
  expect(await text(model, {steps: 2})).toHaveLength(2);
});

test("a text that the model's end cuts off says so", async () => {
  const short = await open(toOnnx(onnxFile));
  const cut = async () => {
    for await (const _ of generate(short, prompt, {...settings, steps: 100_000})) short.dispose();
  };
  await expect(cut()).rejects.toMatchObject({name: "AbortError", message: "The model was closed."});
});

test("one step of a continuation asks for one token, and the rest follows as in one go", async () => {
  const continuation = new Continuation(model, prompt, settings);
  for await (const _ of continuation.run({limit: 1}));
  expect(continuation.tokens).toHaveLength(1);
  expect(seen).toMatchObject([{type: "write", steps: 1}]);
  for await (const _ of continuation.run());
  expect(continuation.tokens).toEqual((await text(direct)).map(({id}) => id));
});

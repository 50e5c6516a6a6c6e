import {afterAll, beforeAll, expect, test, vi} from "vitest";
import {cutText} from "../../src/components/evaluation/cutText.js";
import {HeldOutMeasurement, measureHeldOut} from "../../src/components/evaluation/heldOut.js";
import {outcomesOf} from "../../src/components/evaluation/outcomes.js";
import {keepText, scoreText, surprise} from "../../src/components/evaluation/surprise.js";
import {classifyTokens} from "../../src/components/evaluation/tokenClasses.js";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {PLAIN} from "../../src/components/generation/distribution.js";
import {openOnnxModelInWorker} from "../../src/components/inference/client.js";
import type {OnnxModel} from "../../src/components/inference/onnxModel.js";
import type {Request} from "../../src/components/inference/protocol.js";
import {modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {createRandom} from "../../src/components/random.js";
import {Measurement} from "../../src/components/studio/measurement.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import {fakeWorker} from "./fakeWorker.js";

/** As many tokens as GPT-2 has. */
const V = 50_257;
const vocabulary = Array.from({length: V}, (_, i) => String.fromCodePoint(0x10000 + i));
const tokenizer = characterTokenizer(vocabulary);
const config = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: V});
const parameters = initialise(config, createRandom(2));
// So that some tokens are far more probable than others.
for (const {data} of Object.values(parameters)) for (let i = 0; i < data.length; i++) data[i]! *= 20;
const bytes = toOnnx({config, parameters, metadata: {tokenizer: tokenizer.toJSON(), run: null}});

const random = createRandom(7);
const write = (tokens: number) => Array.from({length: tokens}, () => vocabulary[random.integer(V)]!).join("");

const seen: Request[] = [];
let model: OnnxModel;
beforeAll(async () => {
  model = await openOnnxModelInWorker(bytes, {
    label: "wide",
    tokenizer,
    createWorker: () => fakeWorker(seen)
  });
});
afterAll(() => model.dispose());

test("a text whose scores stay in the worker surprises as one whose scores are sent", async () => {
  const text = cutText(write(19), tokenizer);
  const progress: number[] = [];
  const kept = await keepText({...model, keeping: model.keeping!}, text, {
    onProgress: (done, total) => progress.push(done, total)
  });
  const scores = await scoreText(model, text);
  expect(progress).toEqual([8, 18, 12, 18, 16, 18, 18, 18]);
  for (const options of [
    PLAIN,
    {temperature: 1.7, topK: 9000, topP: 0.9},
    {temperature: 1.2, topK: null, topP: 1, minP: 0.3},
    {temperature: 0, topK: null, topP: 1}
  ])
    expect(await kept.surprise(options)).toEqual(surprise(scores, options));
  await expect(kept.surprise({...PLAIN, topP: 0})).rejects.toThrow(/^Top-p is 0;/);
  kept.dispose();
  await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({type: "drop"}));
});

test("an abort is obeyed, and what was kept until then is dropped", async () => {
  const controller = new AbortController();
  const {signal} = controller;
  const keeping = keepText({...model, keeping: model.keeping!}, cutText(write(12), tokenizer), {
    signal,
    onProgress: () => controller.abort()
  });
  await expect(keeping).rejects.toMatchObject({name: "AbortError"});
  await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({type: "drop"}));
});

test("held-out text goes on window by window, and is measured as with whole distributions", async () => {
  const cut = cutText(write(36), tokenizer);
  const text = {ids: cut.ids, characters: cut.characters, classes: classifyTokens(cut), truth: null};
  const progress: number[] = [];
  seen.length = 0;
  const report = await measureHeldOut(model, text, {
    stride: 4,
    onProgress: (done) => progress.push(done),
    yieldToOthers: () => Promise.reject(new Error("there is nothing to go through here"))
  });
  expect(seen.map(({type}) => type)).toEqual(progress.map(() => "predict"));
  expect(progress).toEqual([20, 32, 35]);
  const {outcomes: _, ...sending} = model;
  const expected = await measureHeldOut(sending, text, {stride: 4});
  expect({...report, calibration: null}).toEqual({...expected, calibration: null});
  for (const kind of ["top", "all"] as const) {
    const [{bins, expectedError}, other] = [report.calibration[kind], expected.calibration[kind]];
    expect(expectedError).toBeCloseTo(other.expectedError, 12);
    bins.forEach((bin, i) => {
      expect(bin.count).toBe(other.bins[i]!.count);
      if (bin.count > 0) expect(bin.confidence).toBeCloseTo(other.bins[i]!.confidence, 12);
      if (bin.count > 0) expect(bin.accuracy).toBeCloseTo(other.bins[i]!.accuracy, 12);
    });
  }
});

test("a held-out text that is stopped counts as far as it was read", async () => {
  const cut = cutText(write(25), tokenizer);
  const text = {ids: cut.ids, characters: cut.characters, classes: classifyTokens(cut), truth: null};
  const measurement = new HeldOutMeasurement(text, config.blockSize);
  const controller = new AbortController();
  const reading = measurement.read(model, {
    stride: 8,
    batchSize: 1,
    signal: controller.signal,
    onProgress: (done) => done === 16 && controller.abort()
  });
  await expect(reading).rejects.toMatchObject({name: "AbortError"});
  expect(measurement.report()!.predicted).toBe(16);
});

test("scores that are not finite are refused, and the token is named", () => {
  const windows = {ids: Uint16Array.of(1, 2), targets: Uint16Array.of(2, 0), starts: Uint32Array.of(40)};
  const scores = Float32Array.of(1, 2, 3, 4, Number.NaN, 6);
  expect(() => outcomesOf(scores, windows)).toThrow(
    "A score for token 42 of the text is not a finite number"
  );
});

test("a passage of many scores follows the sliders without their being sent", async () => {
  const passage = write(28);
  const options = {temperature: 0.5, topK: 20_000, topP: 1};
  const measurement = new Measurement(model, PLAIN, () => {});
  seen.length = 0;
  await measurement.measure(passage);
  const scores = await scoreText(model, cutText(passage, tokenizer));
  const traces = seen.filter(({type}) => type === "trace").length;
  expect(measurement.state).toMatchObject({
    plain: surprise(scores),
    tempered: surprise(scores),
    progress: null
  });
  measurement.revise({...options, temperature: 0.7});
  measurement.revise(options);
  expect(measurement.state.stale).toBe(true);
  await vi.waitFor(() => expect(measurement.state.stale).toBe(false), 30_000);
  expect(measurement.state.tempered).toEqual(surprise(scores, options));
  // The last passage's scores go when another's have come.
  await measurement.measure(write(30));
  expect(measurement.state.tempered!.nats).toHaveLength(29);
  await vi.waitFor(() => expect(seen.filter(({type}) => type === "drop")).toHaveLength(1));
  expect(seen.filter(({type}) => type === "trace")).toHaveLength(traces);
  measurement.dispose();
});

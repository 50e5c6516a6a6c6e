import {readFileSync} from "node:fs";
import {expect, test} from "vitest";
import {fromOnnx, readOnnxHeader, toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {type FormatOptions, measureWeightFormats} from "../../src/components/inference/weightFormats.js";
import {parameterCount} from "../../src/components/model/parameters.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

const bytes = readFileSync(new URL("../../src/data/order-runs/rope.onnx", import.meta.url));
const {config, metadata} = readOnnxHeader(bytes);
const tokenizer = readTokenizer(metadata.tokenizer);
const open: FormatOptions["open"] = (file, {label, tokenizer, graph = {}}) =>
  openOnnxModel(file as Uint8Array, {label, tokenizer, graph});

/** Of the text that the model has learnt the kind of. */
const text = tokenizer.encode(
  "Once upon a time there was a little fox who lived near the old mill. ".repeat(6)
).ids;

test("each format's size and loss are measured, and half precision costs next to nothing", async () => {
  const heard: [number, number][] = [];
  const [whole, half, byte] = await measureWeightFormats(bytes, tokenizer, text, {
    open,
    onProgress: (done, total) => heard.push([done, total])
  });
  expect([whole!.weights, half!.weights, byte!.weights]).toEqual(["float32", "float16", "int8"]);
  const weights = parameterCount(config);
  expect(whole!.bytes).toBe(toOnnx(fromOnnx(bytes), {cache: "added"}).length);
  expect(half!.bytes / whole!.bytes).toBeLessThan(0.75);
  expect(byte!.bytes).toBeLessThan(half!.bytes);
  expect(whole!.bytes).toBeGreaterThan(4 * weights);
  expect(whole!.difference).toBe(0);
  expect(Math.abs(half!.difference)).toBeLessThan(1e-3);
  expect(Math.abs(byte!.difference)).toBeLessThan(0.05);
  expect(byte!.loss).not.toBe(whole!.loss);
  // Below an even guess: the numbers are of a model that knows something.
  expect(whole!.loss).toBeLessThan(Math.log(config.vocabSize));
  expect(heard.at(-1)).toEqual([3 * (text.length - 1), 3 * (text.length - 1)]);
});

test("the measurement can be given up", async () => {
  const controller = new AbortController();
  const measuring = measureWeightFormats(bytes, tokenizer, text, {
    open,
    signal: controller.signal,
    onProgress: () => controller.abort()
  });
  await expect(measuring).rejects.toMatchObject({name: "AbortError"});
});

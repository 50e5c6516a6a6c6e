// @vitest-environment jsdom
import {expect, it} from "vitest";
import {inferenceChapter} from "../../../src/components/chapters/inference/chapter.js";
import {inferenceFacts} from "../../../src/components/chapters/inference/facts.js";
import type {InferencePage} from "../../../src/components/chapters/inference/inferencePage.js";
import {BITS} from "../../../src/components/chapters/inference/rounding.js";
import {modelConfig} from "../../../src/components/model/config.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 16, vocabSize: 10});
const page: InferencePage = {
  config,
  unit: "character",
  passage: [],
  prompt: 1,
  cache: {shape: {layers: 2, heads: 2, headWidth: 4}, tokens: [], prompt: 1, base64: ""},
  onnx: {
    fileBytes: 1,
    opset: 17,
    nodes: 0,
    tensors: 0,
    operators: [],
    inputs: [],
    outputs: [],
    block: [],
    table: []
  },
  parity: {
    logits: {largestDifference: 7e-5, scale: 20, count: 46080},
    greedy: {characters: 200, same: 199, isTie: false},
    perplexity: {reference: 1.25, measured: 1.25, tokens: 1024}
  },
  precision: {
    text: "test",
    predictions: 100,
    rows: BITS.map((bits) => ({
      bits,
      bytes: bits,
      fileBytes: bits >= 8 ? 1000 * bits : null,
      loss: bits < 6 ? 2 : 1
    })),
    channel: {name: "w", values: []}
  }
};

it("computes every number of the prose from the page's data", () => {
  const {saving, parity, precision, large} = inferenceFacts(page);
  // With all anew the t-th token costs t times what it does with the cache; 2·2·8·4 bytes a token.
  expect(saving).toContain("16 tokens the cache saves a factor of 16");
  expect(saving).toContain("128 bytes a token, 2.0 kB for a full context");
  expect(parity).toContain("46,080 scores of size up to 20.0 the largest difference is 7.0e-5");
  expect(parity).toContain("the same 199 of 200 characters");
  expect(precision?.fewest).toBe(6);
  expect(precision?.files).toBe("32.0 kB as float32, 16.0 kB as float16, 8.0 kB as int8");
  expect(large.because).toContain("13.2 GB of weights that a token is multiplied by and the 1.1 GB of cache");
  expect(large.answer).toBe(2);
  expect(large.device).toContain("A100");
});

it("says nothing of a cache that there is none of", () => {
  const {saving, precision} = inferenceFacts({...page, cache: null, precision: null});
  expect(saving).toBe("");
  expect(precision).toBeNull();
});

it("asks for the fewest bits, whatever the answer, and shows no cache where there is none", () => {
  const recorded = {machine: "test", rounds: 1, config, race: [], windows: [], engines: []};
  const files = {model: "m", corpus: {metaUrl: "m", trainUrl: "t", valUrl: "v"}};
  const rightOf = (rows: NonNullable<InferencePage["precision"]>["rows"]) => {
    const {figures} = inferenceChapter({...page, precision: {...page.precision!, rows}}, recorded, files);
    const question = figures.fewestBits;
    const radios = question.querySelectorAll<HTMLInputElement>("input");
    radios[0]!.dispatchEvent(new Event("change"));
    question.querySelector("button")!.dispatchEvent(new Event("click"));
    return question.querySelector(".predict-right")!.textContent!.trim();
  };
  expect(rightOf(page.precision!.rows)).toBe("6 bits");
  expect(rightOf(page.precision!.rows.map((row) => ({...row, loss: row.bits < 16 ? 2 : 1})))).toBe(
    "none of these: it takes more"
  );
  const {figures} = inferenceChapter({...page, cache: null, precision: null}, recorded, files);
  expect(figures.cache.textContent).toContain("is not one that keeps keys and values");
  expect(figures.race.textContent).toContain("nothing to show");
  expect(figures.rounding.textContent).toContain("no weights to round");
});

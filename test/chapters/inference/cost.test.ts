import {expect, it} from "vitest";
import {decodingCost, writingCost} from "../../../src/components/chapters/inference/decodingCost.js";
import {devices} from "../../../src/components/chapters/inference/devices.js";
import {publicShapes} from "../../../src/components/chapters/inference/publicShapes.js";
import {servingCost} from "../../../src/components/chapters/inference/servingCost.js";
import {
  batchChart,
  boundSentence,
  crossingOf,
  formatBillions,
  formatTime
} from "../../../src/components/chapters/inference/servingWords.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {parameterCount} from "../../../src/components/model/parameters.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 16, vocabSize: 10});

it("counts a token's multiplications by hand", () => {
  // 2 layers of 8·24 + 8·8 + 2·8·32, and the head's 8·10.
  const weights = 2 * (8 * 24 + 8 * 8 + 2 * 8 * 32) + 80;
  for (const t of [1, 2, 9]) {
    expect(decodingCost(config, t).withCache).toBe(weights + 2 * 2 * 8 * t);
    expect(decodingCost(config, t).without).toBe(weights * t + 2 * 2 * 8 * t * t);
  }
  expect(writingCost(config, 2, 3).without).toBe(
    decodingCost(config, 2).without + decodingCost(config, 3).without
  );
});

it("has the published models' exact sizes", () => {
  // As Hugging Face counts the parameters of each release; GPT-3 by its paper, to three digits.
  const published: Record<string, number> = {
    "GPT-2 small": 124_439_808,
    "GPT-2 medium": 354_823_168,
    "GPT-2 large": 774_030_080,
    "GPT-2 XL": 1_557_611_200,
    "TinyLlama 1.1B": 1_100_048_384,
    "Llama 2 7B": 6_738_415_616,
    "Mistral 7B v0.2": 7_241_732_096,
    "Llama 3 8B": 8_030_261_248,
    "Llama 2 13B": 13_015_864_320,
    "Llama 2 70B": 68_976_648_192,
    "Llama 3 70B": 70_553_706_496,
    "Llama 3.1 405B": 405_853_388_800
  };
  const found = Object.fromEntries(publicShapes.map(({name, config}) => [name, parameterCount(config)]));
  expect(Math.round(found["GPT-3 175B"]! / 1e9)).toBe(175);
  const {"GPT-3 175B": _, ...others} = found;
  expect(others).toEqual(published);
});

const shape = (name: string) => publicShapes.find((shape) => shape.name === name)!.config;
const a100 = devices.find(({name}) => name.startsWith("NVIDIA A100"))!;
const serving = {
  config: shape("Llama 2 7B"),
  device: a100,
  weightBits: 16,
  cacheBits: 16,
  context: 2048,
  batch: 1
};

it("adds up what Llama 2 7B takes on an A100", () => {
  const cost = servingCost(serving);
  expect(cost.weights).toBe(2 * 6_738_415_616);
  // 2 (keys and values) · 32 layers · 4096 numbers · 2 bytes.
  expect(cost.cachePerToken).toBe(524_288);
  expect(cost.cache).toBe(524_288 * 2048);
  expect(cost.devices).toBe(1);
  // Of the token table, which is not the head here, a pass looks up rows only: 32,000 · 4,096 numbers are not read.
  expect(cost.weightsRead).toBe(2 * (6_738_415_616 - 32_000 * 4096));
  expect(cost.decode.memory).toBeCloseTo((cost.weightsRead + cost.cache) / 2039e9, 12);
  expect(cost.decode.seconds).toBe(cost.decode.memory);
  expect(boundSentence(cost, serving)).toContain("waits for its memory");
  // Fewer bits and shared heads make smaller caches.
  expect(servingCost({...serving, cacheBits: 8}).cachePerToken).toBe(262_144);
  expect(servingCost({...serving, config: shape("Llama 3 8B")}).cachePerToken).toBe(131_072);
});

it("takes more devices where one is too small, and shares the time among them", () => {
  const large = servingCost({...serving, config: shape("Llama 3.1 405B")});
  expect(large.devices).toBe(Math.ceil((large.weights + large.cache) / 80e9));
  expect(large.decode.memory).toBeCloseTo((large.weightsRead + large.cache) / (2039e9 * large.devices), 9);
});

it("reads a prompt by no more arithmetic than its tokens need one by one", () => {
  const tokens = 9;
  const cost = servingCost({...serving, config, context: tokens});
  let multiplications = 0;
  for (let t = 1; t <= tokens; t++) multiplications += decodingCost(config, t).withCache;
  // The head is asked after the last token only: 8 · 10 multiplications for each of the others are not needed.
  multiplications -= (tokens - 1) * 8 * 10;
  expect(cost.prefill.arithmetic * a100.peak).toBeCloseTo(2 * multiplications, 6);
  // GPT-2's arrangement: the token table is the head, so only the positions' rows are looked up.
  expect(cost.weights - cost.weightsRead).toBe(2 * 16 * 8);
});

it("finds where batching stops paying, and where it never does", () => {
  const short = {...serving, context: 16};
  const crossing = crossingOf(short, 1)!;
  const at = (batch: number) => servingCost({...short, batch, devices: 1}).decode;
  expect(at(Math.floor(crossing)).memory).toBeGreaterThan(at(Math.floor(crossing)).arithmetic);
  expect(at(Math.ceil(crossing)).memory).toBeLessThan(at(Math.ceil(crossing)).arithmetic);
  // At 4,096 tokens each text brings 2 GB of cache.
  expect(crossingOf({...serving, context: 4096}, 1)).toBeNull();
  expect(batchChart({...serving, context: 4096}).reading).toContain("at any number of them");
  expect(batchChart(short).reading).toContain("from there on arithmetic limits");
});

it("writes large numbers and short times for people", () => {
  expect(formatBillions(6_738_415_616)).toBe("6.74 billion");
  expect(formatBillions(124_439_808)).toBe("124 million");
  expect(formatBillions(405_853_388_800)).toBe("406 billion");
  expect(formatTime(0.00412)).toBe("4.12 ms");
  expect(formatTime(35e-6)).toBe("35.0 µs");
  expect(formatTime(2.3)).toBe("2.30 s");
});

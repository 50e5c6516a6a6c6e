import {expect, it} from "vitest";
import {fewestBits} from "../../../src/components/chapters/inference/facts.js";
import {
  BITS,
  formatName,
  roundChannel,
  roundWeights,
  weightBytes
} from "../../../src/components/chapters/inference/rounding.js";
import {fromOnnx, toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";
import {characterTokenizer} from "../../../src/components/text/characterTokenizer.js";

const config = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 6, vocabSize: 5});
const parameters = initialise(config, createRandom(2));

it("rounds as the files do", () => {
  const metadata = {tokenizer: characterTokenizer([..."abcde"]).toJSON(), run: null};
  for (const weights of ["int8", "float16"] as const) {
    const stored = fromOnnx(toOnnx({config, parameters, metadata}, {weights})).parameters;
    const bits = weights === "int8" ? 8 : 16;
    expect(roundWeights(parameters, bits)).toEqual(stored);
  }
});

it("errs by at most half a step, and less with more bits", () => {
  const channel = Float32Array.from([0.3, -1, 0.71, 0.02, -0.5]);
  for (const bits of BITS) {
    const rounded = roundChannel(channel, bits);
    const step = bits < 16 ? 1 / (2 ** (bits - 1) - 1) : bits === 16 ? 2 ** -11 : 0;
    rounded.forEach((x, i) => void expect(Math.abs(x - channel[i]!)).toBeLessThanOrEqual(step / 2 + 1e-7));
  }
  expect(Array.from(roundChannel(channel, 2), (x) => x + 0)).toEqual([0, -1, 1, 0, -0].map((x) => x + 0));
  expect(() => roundChannel(Float32Array.of(1e6), 16)).toThrow(RangeError);
});

it("weighs what is stored", () => {
  const matrices = Object.entries(parameters).filter(([, {shape}]) => shape.length === 2);
  const numbers = matrices.reduce((sum, [, {data}]) => sum + data.length, 0);
  const all = Object.values(parameters).reduce((sum, {data}) => sum + data.length, 0);
  expect(weightBytes(parameters, 32)).toBe(4 * all);
  expect(weightBytes(parameters, 16)).toBe(2 * all);
  expect(weightBytes(parameters, 8) - weightBytes(parameters, 4)).toBe(numbers / 2);
});

it("names the fewest bits that lose little, and stops at the first that lose much", () => {
  const rows = (losses: number[]) =>
    BITS.map((bits, i) => ({bits, bytes: 1, fileBytes: null, loss: losses[i]!}));
  const facts = (losses: number[]) => ({
    text: "test",
    predictions: 1,
    rows: rows(losses),
    channel: {name: "w", values: []}
  });
  expect(fewestBits(facts([9, 5, 2, 1.5, 1.009, 1.003, 1.001, 1, 1]))).toBe(6);
  expect(fewestBits(facts([1, 5, 2, 1.5, 1.5, 1.5, 1.001, 1, 1]))).toBe(8);
  expect(formatName(6)).toBe("int6");
});

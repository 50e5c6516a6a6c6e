import * as tf from "@tensorflow/tfjs-core";
import {expect, it} from "vitest";
import {activationCurves} from "../../../src/components/chapters/block/activationCurves.js";
import {layerNormVector} from "../../../src/components/chapters/block/layerNormVector.js";
import {layerNorm} from "../../../src/components/ops/layerNorm.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

const random = createRandom(3);
const vector = (size: number) => Array.from({length: size}, () => 3 * random.normal() + 1);

it("is the operation that the models run, on one vector", async () => {
  await useBackend("cpu");
  const [x, gain, bias] = [vector(12), vector(12), vector(12)];
  for (const b of [bias, null]) {
    const expected = layerNorm(tf.tensor1d(x), tf.tensor1d(gain), b && tf.tensor1d(b)).dataSync();
    const {output} = layerNormVector(x, gain, b);
    output.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4);
    });
  }
});

it("does not change its output with the input's scale and offset, but for epsilon", () => {
  const x = vector(50);
  const ones = x.map(() => 1);
  const plain = layerNormVector(x, ones, null);
  const moved = layerNormVector(
    x.map((value) => 7 * value - 20),
    ones,
    null
  );
  expect(Math.max(...plain.output.map((value, i) => Math.abs(value - moved.output[i]!)))).toBeLessThan(1e-5);
  expect(moved.mean).toBeCloseTo(7 * plain.mean - 20, 9);
  expect(moved.deviation).toBeCloseTo(7 * plain.deviation, 9);
});

it("draws the activation functions with slopes that are the slopes of the curves", async () => {
  await useBackend("cpu");
  const {x, curves} = await activationCurves(801);
  expect(curves.map(({name}) => name)).toEqual(["ReLU", "GELU", "GELU, exact", "SwiGLU"]);
  const zero = x.indexOf(0);
  for (const {name, value, slope} of curves) {
    expect(value[zero]).toBe(0);
    for (let i = 1; i < x.length - 1; i++) {
      if (name === "ReLU" && Math.abs(i - zero) <= 1) continue;
      const difference = (value[i + 1]! - value[i - 1]!) / (x[i + 1]! - x[i - 1]!);
      expect(Math.abs(slope[i]! - difference), `${name} at ${x[i]}`).toBeLessThan(0.006);
    }
  }
  expect(curves[0]!.value.at(-1)).toBe(4);
});

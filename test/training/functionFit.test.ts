import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {FunctionFit} from "../../src/components/training/functionFit.js";
import {useBackend} from "../backends.js";

const x = Float32Array.from({length: 101}, (_, i) => -1 + i / 50);
const functions: Record<string, (x: number) => number> = {
  "a wave": (x) => Math.sin(6 * x),
  "a step": (x) => (x > 0.2 ? 1 : -1),
  "a corner": (x) => Math.abs(x) - 0.5,
  "a parabola": (x) => 2 * x * x - 1
};

describe("FunctionFit", () => {
  beforeAll(() => useBackend("wasm"));

  it.each(Object.entries(functions))("bends to %s", async (_, f) => {
    const fit = new FunctionFit({units: 64, learningRate: 0.02, seed: 3});
    const y = x.map(f);
    fit.aim({x, y});
    const before = await fit.train(1);
    // A fiftieth of the variance of the step, which a continuous curve can only approach; the others come nearer.
    expect(await fit.train(800)).toBeLessThan(0.02);
    expect(before).toBeGreaterThan(0.1);
    const curve = await fit.evaluate(x);
    const error = curve.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / x.length;
    expect(error).toBeLessThan(0.02);
    fit.dispose();
  });

  it("cannot bend more often than it has units", async () => {
    const fit = new FunctionFit({units: 1, learningRate: 0.02, seed: 3});
    fit.aim({x, y: x.map(functions["a wave"]!)});
    expect(await fit.train(400)).toBeGreaterThan(0.2);
    fit.dispose();
  });

  it("is the same for the same seed, and holds no more tensors steps later", async () => {
    const run = async () => {
      const fit = new FunctionFit({units: 8, learningRate: 0.02, seed: 4});
      fit.aim({x, y: x.map(functions["a corner"]!)});
      await fit.train(3);
      const {numTensors} = tf.memory();
      const loss = await fit.train(20);
      expect(tf.memory().numTensors).toBe(numTensors);
      fit.dispose();
      return loss;
    };
    const {numTensors} = tf.memory();
    expect(await run()).toBe(await run());
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("refuses what cannot be", async () => {
    expect(() => new FunctionFit({units: 0, learningRate: 0.02, seed: 1})).toThrow(
      "The number of hidden units is 0; it must be a whole number from 1 to 4096."
    );
    const fit = new FunctionFit({units: 2, learningRate: 0.02, seed: 1});
    await expect(fit.train(1)).rejects.toThrow("nothing to fit");
    expect(() => fit.aim({x, y: x.slice(1)})).toThrow("101 places and 100 values");
    fit.dispose();
  });
});

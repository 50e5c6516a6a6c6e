import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, expect, it} from "vitest";
import {startNodeBackend} from "../../src/cli/nodeBackends.js";
import {adamW} from "../../src/components/ops/adamW.js";
import {type PlainRule, plainState, plainUpdate} from "../../src/components/ops/plainOptimisers.js";
import {ratesAt} from "../../src/components/ops/rates.js";
import {sgd, sgdWithMomentum} from "../../src/components/ops/sgd.js";
import {createRandom} from "../../src/components/random.js";

beforeAll(() => startNodeBackend("cpu"));

const settings = {
  learningRate: 0.05,
  momentum: 0.9,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1
};

it.each(["sgd", "momentum", "adamW"] as const)(
  "%s moves numbers as the op that trains models does",
  async (rule) => {
    const random = createRandom(4);
    const start = [0.5, -2, 30];
    let plain = plainState(start);
    const [parameter, m, v] = [start, [0, 0, 0], [0, 0, 0]].map((values) => tf.variable(tf.tensor1d(values)));
    for (let step = 1; step <= 12; step++) {
      const gradient = start.map(() => random.normal() * 10 ** random.integer(3));
      plain = plainUpdate(rule, plain, gradient, settings);
      update(rule, parameter!, m!, v!, tf.tensor1d(gradient), step);
    }
    const values = await parameter!.data();
    plain.parameters.forEach((value, i) => {
      expect(value).toBeCloseTo(values[i]!, 4);
    });
    expect(plain.step).toBe(12);
  }
);

function update(
  rule: PlainRule,
  parameter: tf.Variable,
  m: tf.Variable,
  v: tf.Variable,
  gradient: tf.Tensor,
  step: number
): void {
  const rates = ratesAt(step, settings);
  if (rule === "sgd") sgd(parameter, gradient, rates, settings);
  else if (rule === "momentum") sgdWithMomentum(parameter, m, gradient, rates, settings);
  else adamW(parameter, m, v, gradient, rates, settings);
}

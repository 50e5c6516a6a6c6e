import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {adamW} from "../../src/components/ops/adamW.js";
import {ratesAt} from "../../src/components/ops/rates.js";
import {backendNames, useBackend} from "../backends.js";
import {FORWARD_TOLERANCE, fixtures, relativeError, toTensor} from "./fixtures.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("takes PyTorch's three steps", async () => {
    const {settings, start, gradients, after} = fixtures.adamW;
    const parameter = tf.variable(toTensor(start));
    const m = tf.variable(tf.zerosLike(parameter));
    const v = tf.variable(tf.zerosLike(parameter));
    for (const [i, gradient] of gradients.entries()) {
      adamW(parameter, m, v, toTensor(gradient), ratesAt(i + 1, settings), settings);
      expect(relativeError(await parameter.data(), after[i]!.data)).toBeLessThan(FORWARD_TOLERANCE);
    }
    tf.dispose([parameter, m, v]);
  });

  it("does not decay where weightDecay is 0", async () => {
    const parameter = tf.variable(tf.tensor1d([1, -2]));
    const [m, v] = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([2]))];
    const still = {...fixtures.adamW.settings, weightDecay: 0};
    adamW(parameter, m, v, tf.zeros([2]), ratesAt(1, still), still);
    expect([...(await parameter.data())]).toEqual([1, -2]);
    tf.dispose([parameter, m, v]);
  });
});

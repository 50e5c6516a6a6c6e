import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {type DropoutSite, dropout, dropoutMask} from "../../src/components/ops/dropout.js";
import {backendNames, useBackend} from "../backends.js";
import {fixtures} from "./fixtures.js";

const place: DropoutSite = {rate: 0.3, seed: 7, step: 12, site: 4};

describe("dropoutMask", () => {
  it.each(fixtures.dropoutMasks)("drops what Python's integers say, $place", ({place, kept}) => {
    const mask = dropoutMask(place, kept.length);
    expect([...mask].map((value) => (value > 0 ? "1" : "0")).join("")).toBe(kept);
    const values = new Set([0, Math.fround(1 / (1 - place.rate))]);
    expect([...mask].every((value) => values.has(value))).toBe(true);
  });

  // Everything here is determined by the seeds: a test that passes once passes always.
  const size = 100_000;
  const survives = (changed: Partial<DropoutSite>): number[] =>
    [...dropoutMask({...place, ...changed}, size)].map((value) => (value > 0 ? 1 : 0));

  it.each([0.05, 0.1, 0.5, 0.9])("drops a share of %d within four standard errors", (rate) => {
    for (const changed of [{}, {step: 0, site: 0, seed: 0}, {step: 13}, {site: 5}]) {
      const kept = survives({rate, ...changed}).reduce((a, b) => a + b, 0);
      expect(Math.abs(kept / size - (1 - rate))).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / size));
    }
  });

  it("keeps everything at rate 0, and the mean of what it scales", () => {
    expect(dropoutMask({...place, rate: 0}, 100).every((value) => value === 1)).toBe(true);
    const mean = dropoutMask(place, size).reduce((a, b) => a + b, 0) / size;
    expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(0.3 / 0.7 / size));
  });

  it("drops independently of step, site and seed, and of neighbours", () => {
    const here = survives({});
    const others = {
      "the next step": survives({step: 13}),
      "a far step": survives({step: 4012}),
      "the next site": survives({site: 5}),
      "step and site exchanged": survives({step: 4, site: 12}),
      "the next seed": survives({seed: 8}),
      "the element before": [here.at(-1)!, ...here.slice(0, -1)]
    };
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / size;
    for (const [name, other] of Object.entries(others)) {
      const covariance = mean(here.map((kept, i) => kept * other[i]!)) - mean(here) * mean(other);
      // Four standard errors of a correlation of 0.
      expect(Math.abs(covariance / (0.7 * 0.3)), name).toBeLessThan(4 / Math.sqrt(size));
    }
  });
});

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("drops the elements of the one mask, bit for bit, forwards and backwards", async () => {
    const shape = [3, 7, 11];
    const mask = dropoutMask(place, 3 * 7 * 11);
    const {value, grad} = tf.valueAndGrad((x: tf.Tensor) => dropout(x, place))(
      tf.ones(shape),
      tf.ones(shape)
    );
    expect(await value.data()).toEqual(mask);
    expect(await grad.data()).toEqual(mask);
  });
});

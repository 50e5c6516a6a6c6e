import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {rotary} from "../../src/components/ops/rotary.js";
import {backendNames, useBackend} from "../backends.js";
import {FORWARD_TOLERANCE, relativeError} from "./fixtures.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const q = () => tf.tensor2d([0.3, -1.2, 0.8, 2.1, -0.4, 0.9], [1, 6]);
  const k = () => tf.tensor2d([1.1, 0.5, -0.7, 0.2, 1.6, -0.3], [1, 6]);
  const score = async (query: number, key: number) => [
    ...(await tf.sum(tf.mul(rotary(q(), query), rotary(k(), key))).data())
  ];

  it("makes a score depend on the distance only", async () => {
    for (const distance of [0, 1, 5]) {
      const expected = await score(distance, 0);
      for (const first of [1, 17, 400])
        expect(relativeError(await score(first + distance, first), expected)).toBeLessThan(FORWARD_TOLERANCE);
    }
    expect(relativeError(await score(1, 0), await score(0, 0))).toBeGreaterThan(0.1);
    // Looking back is not looking ahead.
    expect(relativeError(await score(0, 1), await score(1, 0))).toBeGreaterThan(0.1);
  });

  it("leaves position 0 where it is, and every vector as long as it was", async () => {
    expect([...(await rotary(q(), 0).data())]).toEqual([...(await q().data())]);
    const length = async (x: tf.Tensor) => [...(await tf.norm(x).data())];
    expect(relativeError(await length(rotary(q(), 321)), await length(q()))).toBeLessThan(FORWARD_TOLERANCE);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {embedding} from "../../src/components/ops/embedding.js";
import {backendNames, useBackend} from "../backends.js";
import {FORWARD_TOLERANCE, relativeError} from "./fixtures.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("embeds a large vocabulary slab by slab with the same gradient", async () => {
    // 2²⁴ / 4,096 places = 4,096 rows a slab, so 5,000 tokens need two.
    const [V, C] = [5000, 2];
    const ids = tf.tidy(() =>
      tf.reshape(tf.cast(tf.mod(tf.mul(tf.range(0, 4096), 7), V), "int32"), [4, 1024])
    );
    const dy = tf.randomNormal([4, 1024, C], 0, 1, "float32", 5);
    const gradient = tf.grad((table) => embedding(table, ids))(tf.zeros([V, C]), dy);
    const expected = new Float32Array(V * C);
    const [places, values] = [await ids.data(), await dy.data()];
    places.forEach((id, i) => {
      for (let c = 0; c < C; c++) expected[id * C + c]! += values[i * C + c]!;
    });
    expect(relativeError(await gradient.data(), expected)).toBeLessThan(FORWARD_TOLERANCE);
  });
});

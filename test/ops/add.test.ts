import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {add} from "../../src/components/ops/add.js";
import {scale} from "../../src/components/ops/scale.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("gives the right gradients where one side is used again", async () => {
    // x + (x + 3x): tfjs adds three gradients of x, and frees each that it has added.
    const slope = tf.grad((x: tf.Tensor) => add(x, add(x, scale(x, 3))));
    expect([...(await slope(tf.tensor1d([1, -3])).data())]).toEqual([5, 5]);
  });
});

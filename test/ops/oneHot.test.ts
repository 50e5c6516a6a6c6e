import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {oneHot} from "../../src/components/ops/oneHot.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("oneHot on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it("is 1 in the id's column, and 0 everywhere for an id that has none", async () => {
    // A careless write for −1 would land in the row before, for 3 in the row after.
    const result = oneHot(tf.tensor2d([0, -1, 3, 1], [2, 2], "int32"), 3);
    expect(result.dtype).toBe("float32");
    expect(await result.array()).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0]
    ]);
  });

  it("can have a single column", async () => {
    expect(await oneHot(tf.tensor1d([1, 0, -1, 0], "int32"), 1).array()).toEqual([[0], [1], [0], [1]]);
  });
});

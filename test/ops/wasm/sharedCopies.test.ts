import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {kernelsOn} from "../../../src/components/ops/wasm/kernels.js";
import {useBackend} from "../../backends.js";

describe("tf.clone on wasm", () => {
  beforeAll(async () => {
    await useBackend("wasm");
    kernelsOn(tf.backend());
  });

  it("shares the values of its tensor", () => {
    const x = tf.ones([1000]);
    const {numDataBuffers} = tf.memory();
    const copy = tf.clone(x);
    expect(copy.dataId).toBe(x.dataId);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
    tf.dispose([x, copy]);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers - 1);
  });

  it("outlives it, and the reverse", async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const copy = tf.clone(x);
    x.dispose();
    tf.fill([3], 9);
    expect(await copy.array()).toEqual([1, 2, 3]);
    const other = tf.clone(copy);
    other.dispose();
    expect(await copy.array()).toEqual([1, 2, 3]);
    copy.dispose();
  });

  it("leaves a variable's old values to those who copied them", async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const copy = tf.clone(variable);
    variable.assign(tf.tensor1d([3, 4]));
    expect(await copy.array()).toEqual([1, 2]);
    tf.dispose([variable, copy]);
  });

  it.each(["float32", "int32", "bool", "string"] as const)("copies %s", async (dtype) => {
    const values = dtype === "string" ? ["a", "b"] : [1, 0];
    const copy = tf.clone(tf.tensor(values, [2], dtype));
    expect([copy.dtype, await copy.array()]).toEqual([dtype, values]);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {dispatch, type Kernel} from "../../src/components/webgpu/runner.js";
import {useBackend} from "../backends.js";

const negate: Kernel = {
  name: "Negate",
  reads: {x: "f32"},
  writes: {y: "f32"},
  code: `
    @compute @workgroup_size(1)
    fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = -x[id.x]; }`
};

describe("dispatch", () => {
  beforeAll(() => useBackend("webgpu"));

  it("runs a kernel on tensors by name", async () => {
    const y = tf.zeros([2]);
    dispatch(negate, {x: tf.tensor1d([1, -2]), y}, [2]);
    expect([...(await y.data())]).toEqual([-1, 2]);
  });

  it.each([
    ["a tensor that is missing", () => ({y: tf.zeros([1])}), 1, /Negate was run without its array x/],
    [
      "integers that tfjs only calls floats",
      () => ({x: tf.cast(tf.tensor1d([1], "int32"), "float32"), y: tf.zeros([1])}),
      1,
      /takes x as float32, and the device has it as int32/
    ],
    ["no workgroups", () => ({x: tf.zeros([1]), y: tf.zeros([1])}), 0, /asks for 0 × 1 × 1 workgroups/]
  ] as const)("refuses %s", (_, tensors, count, message) => {
    expect(() => dispatch(negate, tensors(), [count])).toThrow(message);
  });
});

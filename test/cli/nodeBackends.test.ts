import * as tf from "@tensorflow/tfjs-core";
import {describe, expect, inject, it} from "vitest";
import {type NodeBackendName, startNodeBackend} from "../../src/cli/nodeBackends.js";

describe.each<NodeBackendName>(["cpu", "wasm", "webgpu"])("%s in Node", (name) => {
  it("multiplies matrices", async () => {
    const description = await startNodeBackend(name);
    expect(tf.getBackend()).toBe(name);
    expect(description).toContain(name);
    const a = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const b = tf.tensor2d([1, 0, 2, -1, 0, 3], [3, 2]);
    expect(Array.from(await tf.matMul(a, b).data())).toEqual([5, 7, 14, 13]);
  });
});

it("runs WebGPU on the adapter that the setup announced", async () => {
  const description = await startNodeBackend("webgpu");
  const announced = inject("webgpu");
  expect(announced).not.toBeNull();
  expect(description).toBe(`webgpu (${announced?.split(", ")[0]})`);
});

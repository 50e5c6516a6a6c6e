import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {assign} from "../../src/components/ops/assign.js";
import {copyInto} from "../../src/components/ops/webgpu/copy.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {flatTensors} from "../../src/components/webgpu/flatTensors.js";
import {backendNames, useBackend} from "../backends.js";

describe.each(backendNames)("assign on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([[], [1], [3], [7, 5], [2, 300]])(
    "gives a variable of shape [%s] other values",
    async (...shape) => {
      const variable = tf.variable(tf.zeros(shape as number[]));
      const value = tf.randomNormal(shape as number[], 0, 1, "float32", 3);
      expect((await variable.data())[0]).toBe(0); // what was read once is not remembered
      assign(variable, value);
      expect(await variable.data()).toEqual(await value.data());
      tf.dispose([variable, value]);
    }
  );

  it("refuses another shape", () => {
    const variable = tf.variable(tf.zeros([2, 3]));
    const value = tf.zeros([6]);
    expect(() => assign(variable, value)).toThrow(/shape/);
    tf.dispose([variable, value]);
  });
});

describe("on webgpu", () => {
  beforeAll(() => useBackend("webgpu"));

  it("keeps a variable's buffer", () => {
    const variable = tf.variable(tf.ones([3]));
    webgpuBackend().uploadToGPU(variable.dataId);
    const {dataId} = variable;
    const {resource} = webgpuBackend().tensorMap.get(dataId);
    tf.tidy(() => assign(variable, tf.mul(variable, 2)));
    expect(variable.dataId).toBe(dataId);
    expect(webgpuBackend().tensorMap.get(dataId).resource).toBe(resource);
    variable.dispose();
  });

  it("copies between parts of one buffer, and more tensors than a kernel binds", async () => {
    const shapes = Object.fromEntries(Array.from({length: 9}, (_, i) => [`t${i}`, [i + 1]]));
    const values = Object.fromEntries(
      Object.entries(shapes).map(([name, [size]]) => [name, new Float32Array(size!).fill(size!)])
    );
    const flat = flatTensors(shapes, values);
    const before = webgpuBackend().numDataIds();
    const target = tf.zeros([9 * 64]);
    copyInto(
      target,
      Object.entries(flat.parts).map(([name, source]) => ({source, offset: flat.offsets[name]!}))
    );
    expect(await target.data()).toEqual(await flat.whole.data());
    copyInto(flat.whole, [{source: flat.parts.t1!, offset: 0}]);
    expect([...(await flat.whole.data()).subarray(0, 3)]).toEqual([2, 2, 0]);
    target.dispose();
    expect(webgpuBackend().numDataIds()).toBe(before);
    flat.dispose();
  });
});

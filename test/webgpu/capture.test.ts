import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, test} from "vitest";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {Capture, cutsOf} from "../../src/components/webgpu/capture.js";
import {InputTensor} from "../../src/components/webgpu/inputTensor.js";
import type {Command} from "../../src/components/webgpu/recordingEncoder.js";
import {dispatch, type Kernel} from "../../src/components/webgpu/runner.js";
import {useBackend} from "../backends.js";

/** total += x, in place. */
const addTo: Kernel = {
  name: "AddTo",
  reads: {x: "f32"},
  writes: {total: "f32"},
  code: `
    @compute @workgroup_size(1)
    fn main(@builtin(global_invocation_id) id: vec3u) { total[id.x] += x[id.x]; }`
};

/** A result's values as they are after the last replay; tfjs itself would remember the first it read. */
async function valuesOf(tensor: tf.Tensor): Promise<number[]> {
  const backend = webgpuBackend();
  const buffer = await backend.getBufferData(backend.tensorMap.get(tensor.dataId).resource!);
  return Array.from(new Float32Array(buffer).subarray(0, tensor.size));
}

describe("a captured piece of work", () => {
  beforeAll(() => useBackend("webgpu"));

  test("computes from what its inputs hold when it is replayed, with constants made within", async () => {
    const x = new InputTensor([3], "float32");
    const capture = await Capture.record(() => {
      // A chain long enough to cross tfjs's submissions, whose freed results take each other's buffers.
      let y: tf.Tensor = x.tensor;
      for (let i = 0; i < 40; i++) y = tf.add(tf.mul(y, tf.tensor1d([1, 2, 1])), tf.scalar(i));
      return {y};
    });
    const expected = (values: number[]) =>
      values.map((value, column) => {
        let y = value;
        for (let i = 0; i < 40; i++) y = y * (column === 1 ? 2 : 1) + i;
        return Math.fround(y);
      });
    for (const values of [
      [1, 0.5, -2],
      [0, 1e-3, 7]
    ]) {
      x.write(Float32Array.from(values));
      capture.replay();
      expect(await valuesOf(capture.result.y)).toEqual(expected(values).map((y) => expect.closeTo(y, -6)));
    }
    expect(capture.dispatches).toBe(80);
    capture.dispose();
    x.dispose();
  });

  test("runs nothing while it is recorded, and changes tensors in place with each replay", async () => {
    const x = tf.tensor1d([1, 2]);
    const total = tf.zeros([2]);
    const capture = await Capture.record(() => {
      dispatch(addTo, {x, total}, [2]);
      return {};
    });
    expect(await valuesOf(total)).toEqual([0, 0]);
    capture.replay();
    capture.replay({parts: 3});
    expect(await valuesOf(total)).toEqual([2, 4]);
    capture.dispose();
    tf.dispose([x, total]);
  });

  test("shares no buffer with work outside it", async () => {
    const x = new InputTensor([1000], "float32");
    const capture = await Capture.record(() => ({y: tf.square(tf.sqrt(tf.square(x.tensor)))}));
    x.write(new Float32Array(1000).fill(3));
    // Of the same size as the intermediates: the pool would hand out their buffers.
    const outside = Array.from({length: 6}, (_, i) => tf.add(tf.fill([1000], i), tf.fill([1000], 10)));
    capture.replay();
    for (const [i, tensor] of outside.entries()) expect((await valuesOf(tensor))[999]).toBe(10 + i);
    expect((await valuesOf(capture.result.y))[999]).toBeCloseTo(9, 4);
    tf.dispose(outside);
    capture.dispose();
    x.dispose();
  });

  test("holds no more after a hundred replays, and gives all of it back", async () => {
    const before = {tensors: tf.memory().numTensors, ids: webgpuBackend().numDataIds()};
    const x = new InputTensor([64], "float32");
    const capture = await Capture.record(() => ({y: tf.softmax(x.tensor)}));
    const {bytes} = capture;
    for (let i = 0; i < 100; i++) capture.replay();
    await valuesOf(capture.result.y);
    expect(capture.bytes).toBe(bytes);
    capture.dispose();
    tf.dispose(capture.result);
    x.dispose();
    expect({tensors: tf.memory().numTensors, ids: webgpuBackend().numDataIds()}).toEqual(before);
    expect(capture.bytes).toBe(0);
  });

  test("says why where the work wants to read values", async () => {
    const x = tf.tensor1d([1, 2]);
    const wait: {promise?: Promise<unknown>} = {};
    const capture = await Capture.record(() => {
      const y = tf.square(x);
      wait.promise = y.data().catch((error: Error) => error.message);
      return {y};
    });
    expect(await wait.promise).toMatch(/cannot read values back/);
    capture.dispose();
    x.dispose();
  });
});

describe("a replay in parts", () => {
  const commands = Array.from("nabcnabcnabcnabcu", (name) => ({kind: "dispatch", name})) as Command[];

  test("is cut into parts of about the same length", () => {
    expect(cutsOf(commands, 1)).toEqual([]);
    expect(cutsOf(commands, 2)).toEqual([9]);
    expect(cutsOf(commands, 4)).toEqual([4, 9, 13]);
  });

  test("is cut where a layer begins, if one begins nearby", () => {
    expect(cutsOf(commands, 2, ({name}) => name === "n")).toEqual([8]);
    expect(cutsOf(commands, 4, ({name}) => name === "n")).toEqual([4, 8, 12]);
    expect(cutsOf(commands, 3, ({name}) => name === "x")).toEqual([6, 11]);
  });

  test("has no more parts than commands", () => {
    expect(cutsOf(commands, 100)).toHaveLength(commands.length - 1);
    expect(cutsOf([], 5)).toEqual([]);
  });
});

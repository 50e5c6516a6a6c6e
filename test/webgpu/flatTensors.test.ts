import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it, vi} from "vitest";
import {toData, toVariables} from "../../src/components/model/parameterTensors.js";
import {assign} from "../../src/components/ops/assign.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {BLOCK, flatLayout, flatOf, flatTensors} from "../../src/components/webgpu/flatTensors.js";
import {useBackend} from "../backends.js";

const shapes = {weight: [5, 13], bias: [13], one: [1], wide: [2, 64]};
const values = Object.fromEntries(
  Object.entries(shapes).map(([name, shape], k) => {
    const size = tf.util.sizeFromShape(shape);
    return [name, Float32Array.from({length: size}, (_, i) => 100 * k + i)];
  })
) as Record<keyof typeof shapes, Float32Array>;
const memory = () => ({tensors: tf.memory().numTensors, ids: webgpuBackend().numDataIds()});

describe("tensors in one buffer", () => {
  beforeAll(() => useBackend("webgpu"));

  it("begin at multiples of a block, in the order of their names, whatever order they are given in", () => {
    expect(flatLayout(shapes)).toEqual({
      offsets: {bias: 0, one: BLOCK, weight: 2 * BLOCK, wide: 4 * BLOCK},
      length: 6 * BLOCK
    });
    const reversed = Object.fromEntries(Object.entries(shapes).reverse());
    expect(flatLayout(reversed)).toEqual(flatLayout(shapes));
  });

  it("hold their values, and zeros between", async () => {
    const flat = flatTensors(shapes, values);
    const whole = (await flat.whole.data()) as Float32Array;
    let sum = 0;
    for (const [name, part] of Object.entries(flat.parts)) {
      expect(part.shape).toEqual(shapes[name as keyof typeof shapes]);
      expect(await part.data()).toEqual(values[name as keyof typeof shapes]);
      sum += values[name as keyof typeof shapes].reduce((a, b) => a + b, 0);
    }
    expect(whole.reduce((a, b) => a + b, 0)).toBe(sum);
    flat.dispose();
  });

  it("are inputs of tfjs's own kernels, alone and together", async () => {
    const {parts, dispose} = flatTensors(shapes, values);
    const y = tf.tidy(() =>
      tf.add(tf.matMul(parts.weight as tf.Tensor2D, parts.weight as tf.Tensor2D, false, true), parts.one!)
    );
    const expected = await tf
      .tidy(() => {
        const weight = tf.tensor2d(values.weight, [5, 13]);
        return tf.add(tf.matMul(weight, weight, false, true), values.one[0]!);
      })
      .data();
    expect(await y.data()).toEqual(expected);
    y.dispose();
    dispose();
  });

  it("read back what they hold now, not what was read before", async () => {
    const variables = toVariables({a: {shape: [3], data: Float32Array.of(1, 2, 3)}}, true);
    expect([...(await variables.a!.data())]).toEqual([1, 2, 3]);
    tf.tidy(() => assign(variables.a!, tf.add(variables.a!, 1)));
    expect([...(await variables.a!.data())]).toEqual([2, 3, 4]);
    expect(flatOf(variables)).not.toBeNull();
    tf.dispose(variables);
  });

  it("are gone when the last of them is, and leave nothing behind", async () => {
    const before = memory();
    for (let i = 0; i < 3; i++) {
      const variables = toVariables(
        Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => [name, {shape, data: values[name as "one"]}])
        ),
        true
      );
      expect(Object.keys(variables)).toEqual(Object.keys(shapes));
      const destroy = vi.spyOn(flatOf(variables)!.buffer, "destroy");
      const doubled = tf.tidy(() => tf.mul(variables.bias!, 2));
      // Its command is not submitted yet: the buffer must outlive it.
      tf.dispose(variables);
      expect((await doubled.data())[1]).toBe(2 * values.bias[1]!);
      doubled.dispose();
      expect(destroy).toHaveBeenCalledOnce();
    }
    expect(memory()).toEqual(before);
  });

  it("are copied off the device as they are", async () => {
    const data = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, {shape, data: values[name as "one"]}])
    );
    const variables = toVariables(data, true);
    expect(await toData(variables)).toEqual(data);
    const {one, ...others} = variables;
    expect(flatOf(others)).toBeNull();
    expect(flatOf({...others, one: others.bias!})).toBeNull();
    expect(await toData(others)).toEqual(
      Object.fromEntries(Object.keys(others).map((name) => [name, data[name]]))
    );
    tf.dispose([one!, ...Object.values(others)]);
  });

  it("are flat no longer when a variable takes over other data", () => {
    const variables = toVariables({a: {shape: [3], data: Float32Array.of(1, 2, 3)}}, true);
    variables.a!.assign(tf.tensor1d([4, 5, 6]));
    expect(flatOf(variables)).toBeNull();
    tf.dispose(variables);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {toVariables, type Variables} from "../../src/components/model/parameterTensors.js";
import {differentiable} from "../../src/components/ops/differentiable.js";
import {webgpuKernel} from "../../src/components/ops/webgpu/kernels.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {flatOf} from "../../src/components/webgpu/flatTensors.js";
import {
  addGradients,
  beginGradients,
  collectGradients,
  endGradients,
  gradientPlace
} from "../../src/components/webgpu/gradientPlaces.js";
import {dispatch, listening} from "../../src/components/webgpu/runner.js";
import {useBackend} from "../backends.js";

/** Whether each kernel of a backward pass was given a place, in order. */
let given: boolean[] = [];

/** x ∘ dy, written into the place of the gradient where there is one. */
const productInPlace = webgpuKernel<{parameter: tf.TensorInfo}>(
  "ProductInPlace",
  ({inputs, attributes: {parameter}}) => {
    const place = gradientPlace(parameter);
    given.push(place !== null);
    const z = place ?? webgpuBackend().makeTensorInfo(parameter.shape, "float32");
    const code =
      "@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) { z[id.x] = x[id.x] * dy[id.x]; }";
    dispatch(
      {name: "ProductInPlace", reads: {x: "f32", dy: "f32"}, writes: {z: "f32"}, code},
      {...inputs, z},
      [tf.util.sizeFromShape(parameter.shape)]
    );
    return [z];
  }
);

/** x ∘ w, whose backward pass is a kernel for w. */
const scaled = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  differentiable(
    [x, w],
    (x, w) => ({value: tf.mul(x, w), saved: [x, w]}),
    (dy, [x, w]) => [tf.mul(dy, w!), productInPlace({x: x!, dy}, {parameter: w!})[0]!]
  );

/** Σ y + Σ c, whose backward pass knows nothing of places. */
const total = (y: tf.Tensor, c: tf.Tensor): tf.Tensor =>
  differentiable(
    [y, c],
    (y, c) => ({value: tf.add(tf.sum(y), tf.sum(c))}),
    (dy) => [y, c].map(({shape}) => tf.mul(tf.ones(shape), dy))
  );

const x = Float32Array.of(1, 2, 3);
const data = {
  "a.weight": {shape: [3], data: Float32Array.of(4, 5, 6)},
  "b.weight": {shape: [3], data: Float32Array.of(-1, 2, 7)},
  "c.bias": {shape: [1], data: Float32Array.of(9)}
};

/** Σ x ∘ a ∘ b (∘ a once more where tied) + c, whose gradient for c is a composition. */
function gradients(parameters: Variables, isTied: boolean): Record<string, tf.Tensor> {
  const {"a.weight": a, "b.weight": b, "c.bias": c} = parameters as Record<keyof typeof data, tf.Variable>;
  const {grads} = tf.variableGrads(() => {
    const once = scaled(scaled(tf.tensor1d(x), a), b);
    return total(isTied ? scaled(once, a) : once, c) as tf.Scalar;
  }, Object.values(parameters));
  return Object.fromEntries(Object.entries(parameters).map(([name, {name: id}]) => [name, grads[id]!]));
}

const expected = (isTied: boolean) => {
  const [a, b] = [data["a.weight"].data, data["b.weight"].data];
  return {
    "a.weight": Array.from(x, (x, i) => (isTied ? 2 * x * a[i]! * b[i]! : x * b[i]!)),
    "b.weight": Array.from(x, (x, i) => x * a[i]! ** (isTied ? 2 : 1)),
    "c.bias": [1]
  };
};

const valuesOf = async (tensors: Readonly<Record<string, tf.Tensor>>) => {
  const values: Record<string, number[]> = {};
  for (const [name, tensor] of Object.entries(tensors)) values[name] = [...(await tensor.data())];
  return values;
};

describe("places of gradients", () => {
  beforeAll(() => useBackend("webgpu"));

  it.each([
    {isTied: false, places: [true, true]},
    {isTied: true, places: [true, true, false]}
  ])(
    "are claimed once in a step (tied: $isTied), and filled whatever made a gradient",
    async ({isTied, places}) => {
      const parameters = toVariables(data, true);
      const flat = flatOf(parameters)!;
      const buffers = new Set<GPUBuffer>();
      const ids: number[] = [];
      for (let step = 0; step < 3; step++) {
        given = [];
        beginGradients(parameters);
        const made = tf.tidy(() => gradients(parameters, isTied));
        const collected = collectGradients(flat, made);
        tf.dispose(made);
        expect(given).toEqual(places);
        expect(await valuesOf(collected.parts)).toEqual(expected(isTied));
        buffers.add(collected.buffer);
        ids.push(webgpuBackend().numDataIds());
      }
      expect(buffers.size).toBe(1);
      expect(ids[2]).toBe(ids[1]);
      tf.dispose(parameters);
    }
  );

  it("are not there outside a step, nor for tensors that are no flat parameters", async () => {
    const parameters = toVariables(data, true);
    given = [];
    const free = tf.tidy(() => gradients(parameters, true));
    expect(given).toEqual([false, false, false]);
    expect(await valuesOf(free)).toEqual(expected(true));
    beginGradients(parameters);
    const other = tf.tensor1d([1, 2, 3]);
    expect(gradientPlace(other)).toBeNull();
    beginGradients({other});
    endGradients(parameters);
    expect(gradientPlace(parameters["a.weight"]!)).toBeNull();
    tf.dispose([free, other]);
    tf.dispose(parameters);
  });

  it("take up no memory once their parameters are gone", () => {
    const before = {tensors: tf.memory().numTensors, ids: webgpuBackend().numDataIds()};
    const parameters = toVariables(data, true);
    tf.tidy(() => {
      beginGradients(parameters);
      collectGradients(flatOf(parameters)!, gradients(parameters, true));
    });
    tf.dispose(parameters);
    expect({tensors: tf.memory().numTensors, ids: webgpuBackend().numDataIds()}).toEqual(before);
  });

  it("add up over the pieces of a step, in a buffer that the update takes as it is", async () => {
    const parameters = toVariables(data, true);
    const flat = flatOf(parameters)!;
    const shares = [0.5, 0.25];
    for (let step = 0; step < 2; step++) {
      let sums: Record<string, tf.Tensor> = {};
      for (const [i, share] of shares.entries()) {
        tf.dispose(sums);
        beginGradients(parameters);
        given = [];
        sums = tf.tidy(() => addGradients(flat, gradients(parameters, true), tf.scalar(share), i === 0));
        expect(given).toEqual([true, true, false]);
      }
      const kernels: string[] = [];
      const collected = listening(
        ({name}) => kernels.push(name),
        () => collectGradients(flat, sums)
      );
      expect(kernels).toEqual([]);
      const whole = Object.entries(expected(true)).map(([name, values]) => [
        name,
        values.map((x) => 0.75 * x)
      ]);
      expect(await valuesOf(collected.parts)).toEqual(Object.fromEntries(whole));
      expect(await valuesOf(sums)).toEqual(Object.fromEntries(whole));
      tf.dispose(sums);
    }
    tf.dispose(parameters);
  });

  it("are all to be filled", () => {
    const parameters = toVariables(data, true);
    tf.tidy(() => {
      const {"c.bias": _, ...others} = gradients(parameters, false);
      expect(() => collectGradients(flatOf(parameters)!, others)).toThrow(/no gradient for c\.bias/);
    });
    tf.dispose(parameters);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {keepsHalves, toFloats, toHalves} from "../../src/components/ops/webgpu/halves.js";
import {webgpuBackend} from "../../src/components/webgpu/backend.js";
import {
  halfElement,
  inHalfPrecision,
  isHalf,
  makeActivation,
  withHalves
} from "../../src/components/webgpu/halfPrecision.js";
import {dispatch} from "../../src/components/webgpu/runner.js";
import {useBackend} from "../backends.js";

describe("rewriting a kernel", () => {
  it("reads and writes through functions, and leaves other arrays and longer names alone", () => {
    const code = "dx[i] = x[i] * slope(x[2u * u32(ids[i])]) + xs[i] + all.x[0];";
    const text = withHalves(code, {x: "f32"}, "native");
    expect(text).toContain("dx[i] = xAsFloat(i) * slope(xAsFloat(2u * u32(ids[i]))) + xs[i] + all.x[0];");
    expect(text).toContain("fn xAsFloat(i: u32) -> f32 { return f32(x[i]); }");
    expect(text).not.toContain("xFromFloat");
  });

  it("turns statements that write, add and multiply into calls, and leaves comparisons", () => {
    const text = withHalves("y[i + 1u] = y[i]; y[j] += 2.0 * y[i]; if (y[i] == z) { }", {y: "f32"}, "native");
    expect(text).toContain(
      "yFromFloat(i + 1u, yAsFloat(i)); yFromFloat(j, yAsFloat(j) + (2.0 * yAsFloat(i)));"
    );
    expect(text).toContain("if (yAsFloat(i) == z)");
  });

  it("refuses to write single numbers that are packed in pairs", () => {
    expect(() => withHalves("y[i] = 1.0;", {y: "f32"}, "packed")).toThrow(/one number at a time/);
    expect(withHalves("z = y[i] + f32(arrayLength(&y));", {y: "f32"}, "packed")).toContain(
      "(arrayLength(&y) * 2u)"
    );
  });

  it("names what an array holds", () => {
    expect(halfElement("vec4<f32>", "native")).toBe("vec4<f16>");
    expect(halfElement("vec4<f32>", "packed")).toBe("vec2<u32>");
    expect(halfElement("f32", "packed")).toBe("u32");
  });
});

describe("tensors in half precision", () => {
  beforeAll(() => useBackend("webgpu"));

  it("take half the bytes and come back rounded to eleven bits", async () => {
    const given = Float32Array.from({length: 64}, (_, i) => Math.sin(i) * 10 ** ((i % 7) - 3));
    const x = tf.tensor1d(given);
    const before = webgpuBackend().bufferManager.numBytesUsed;
    const halves = toHalves(x);
    expect(isHalf(halves)).toBe(true);
    // What x itself takes is counted when it is copied to the device, which is now.
    expect(webgpuBackend().bufferManager.numBytesUsed - before).toBe(64 * 4 + 64 * 2);
    const back = await toFloats(halves).data();
    for (const [i, value] of given.entries())
      expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(Math.max(2 ** -11 * Math.abs(value), 2 ** -25));
    expect(back).not.toEqual(given);
  });

  it("hold infinity where a number is too large, as loss scaling needs", async () => {
    expect(await keepsHalves()).toBe(true);
  });

  it("are read as single numbers and as vectors alike", async () => {
    const x = toHalves(tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]));
    for (const [type, sum] of [
      ["f32", "x[3u]"],
      ["vec2<f32>", "x[1u].y"],
      ["vec4<f32>", "x[0u].w"]
    ] as const) {
      const y = webgpuBackend().makeTensorInfo([1], "float32");
      const code = `@compute @workgroup_size(1) fn main() { y[0u] = ${sum} + f32(arrayLength(&x)); }`;
      dispatch({name: "Read", reads: {x: type}, writes: {y: "f32"}, code}, {x, y}, [1]);
      const length = {f32: 8, "vec2<f32>": 4, "vec4<f32>": 2}[type];
      expect((await tf.engine().makeTensorFromTensorInfo(y).data())[0]).toBe(4 + length);
    }
  });

  it("are made only where they are asked for and come out even", () => {
    expect(isHalf(makeActivation([8]))).toBe(false);
    expect(inHalfPrecision(() => isHalf(makeActivation([8])))).toBe(true);
    expect(inHalfPrecision(() => isHalf(makeActivation([3])))).toBe(false);
    expect(isHalf(makeActivation([8]))).toBe(false);
  });

  it("are refused by kernels of TensorFlow.js, which would misread them, and by ours that want integers", () => {
    const x = toHalves(tf.tensor1d([1, 2, 3, 4]));
    expect(() => tf.exp(x)).toThrow(/float16/);
    const y = webgpuBackend().makeTensorInfo([4], "float32");
    const code = "@compute @workgroup_size(1) fn main() { y[0u] = f32(x[0u]); }";
    expect(() => dispatch({name: "Read", reads: {x: "i32"}, writes: {y: "f32"}, code}, {x, y}, [1])).toThrow(
      /takes x as integers/
    );
  });
});

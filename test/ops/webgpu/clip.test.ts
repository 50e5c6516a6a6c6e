import * as tf from "@tensorflow/tfjs-core";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {flatClipFactor} from "../../../src/components/ops/webgpu/clip.js";
import {setRowWork} from "../../../src/components/ops/webgpu/rowWork.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";

/** Sums of up to 700,000 squares, of about a thousand in a row each: rounding errors of both kinds nearly cancel. */
const TOLERANCE = 1e-5;

async function normOf(values: Float32Array, limit: number): Promise<[norm: number, factor: number]> {
  const {norm, factor} = tf.tidy(() => flatClipFactor(tf.tensor1d(values.slice()), limit));
  expect([norm.shape, factor.shape]).toEqual([[], []]);
  const result: [number, number] = [(await norm.data())[0]!, (await factor.data())[0]!];
  tf.dispose([norm, factor]);
  return result;
}

describe.each(["workgroup", "subgroup"] as const)("the global norm of a flat gradient by a %s", (way) => {
  beforeAll(async () => {
    await useBackend("webgpu");
    setRowWork(way);
  });
  afterAll(() => setRowWork(null));

  // One thread; one workgroup; one more than it; all workgroups that there are, and several rounds of them.
  it.each([4, 64, 8192, 8196, 700_004])("of %i numbers, and the factor", async (size) => {
    const random = createRandom(size);
    const values = Float32Array.from({length: size}, () => random.normal());
    const exact = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
    const [norm, factor] = await normOf(values, exact / 2);
    expect(Math.abs(norm / exact - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs(factor * 2 - 1)).toBeLessThan(TOLERANCE);
    expect((await normOf(values, 2 * exact))[1]).toBe(1);
    expect(await normOf(values, exact / 2)).toEqual([norm, factor]);
  });

  it("is 0 for zeros, which are not scaled", async () => {
    expect(await normOf(new Float32Array(64), 1)).toEqual([0, 1]);
  });

  it("is no number for what is none, and without limit for what is", async () => {
    const values = new Float32Array(64);
    values[63] = Number.NaN;
    expect((await normOf(values, 1))[0]).toBeNaN();
    values[63] = Number.POSITIVE_INFINITY;
    expect(await normOf(values, 1)).toEqual([Number.POSITIVE_INFINITY, 0]);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {clipByGlobalNorm, globalNorm} from "../../../src/components/ops/clipByGlobalNorm.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {normals, size, type Values} from "./againstDefinition.js";

const TOLERANCE = 1e-6;

async function clipped(backend: "cpu" | "wasm", arrays: Record<string, Values>, limit: number) {
  await useBackend(backend);
  const {clipped, norm} = tf.tidy(() => {
    const gradients = Object.fromEntries(
      Object.entries(arrays).map(([name, {values, shape}]) => [name, tf.tensor(values, shape)])
    );
    return clipByGlobalNorm(gradients, limit);
  });
  expect(Object.keys(clipped)).toEqual(Object.keys(arrays));
  const values = await Promise.all([norm, ...Object.values(clipped)].map((tensor) => tensor.data()));
  for (const [name, tensor] of Object.entries(clipped)) expect(tensor.shape).toEqual(arrays[name]!.shape);
  tf.dispose([norm, clipped]);
  return values;
}

describe("clipping on wasm", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([1e-3, 1, 1e6])("agrees with its definition, with a limit of %d", async (limit) => {
    // Twelve: their order is that of their names, not of the digits in them.
    const arrays = Object.fromEntries(
      Array.from({length: 12}, (_, i) => [`g${11 - i}`, normals(size(9), size(60))])
    );
    const expected = await clipped("cpu", arrays, limit);
    const actual = await clipped("wasm", arrays, limit);
    for (const [i, values] of actual.entries())
      expect(relativeError(values, expected[i]!)).toBeLessThan(TOLERANCE);
  });

  it("is two kernels for any number of gradients", async () => {
    const gradients = {a: tf.ones([3]), b: tf.ones([4, 4]), c: tf.ones([1])};
    const {kernels} = await tf.profile(async () => clipByGlobalNorm(gradients, 1).norm);
    expect(kernels.map(({name}) => name)).toEqual(["GlobalNorm", "ClipByNorm"]);
  });

  it("sums squares in float64", async () => {
    const [norm] = await globalNorm({g: tf.fill([1_000_000], 0.1)}).data();
    expect(Math.abs(norm! / (1000 * Math.fround(0.1)) - 1)).toBeLessThan(1e-7);
  });
});

import {beforeAll, expect, it} from "vitest";
import {randomTensor} from "../../src/components/webgpu/randomTensor.js";
import {useBackend} from "../backends.js";

beforeAll(() => useBackend("webgpu"));

it.each([[[3, 5]], [[300, 301]]])(
  "fills a tensor of shape %j with numbers from −1 to 1, by its seed",
  async (shape) => {
    const read = async (seed: number) => [...(await randomTensor(shape, seed).data())];
    const values = await read(1);
    expect(values).toHaveLength(shape[0]! * shape[1]!);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(new Set(values).size).toBeGreaterThan(0.7 * Math.min(values.length, 65_521));
    expect(await read(1)).toEqual(values);
    expect(await read(2)).not.toEqual(values);
  }
);

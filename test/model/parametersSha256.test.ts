import {createHash} from "node:crypto";
import {afterEach, expect, it, vi} from "vitest";
import type {ParameterData} from "../../src/components/model/parameters.js";
import {parametersSha256} from "../../src/components/model/parametersSha256.js";

const parameters: ParameterData = {
  b: {shape: [3], data: Float32Array.of(1, 2, 3)},
  // A part of a longer buffer, as readers give it.
  a: {shape: [2, 2], data: new Float32Array([9, 0.5, -0.25, 0, 4, 9]).subarray(1, 5)}
};
const hash = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const numbers = (...values: number[]) => hash(new Uint8Array(Float32Array.from(values).buffer));

afterEach(() => vi.unstubAllGlobals());

it("is the hash of a line for each parameter, in the order of their names", async () => {
  const expected = hash(`a 2×2 ${numbers(0.5, -0.25, 0, 4)}\nb 3 ${numbers(1, 2, 3)}\n`);
  expect(await parametersSha256(parameters)).toBe(expected);
  expect(await parametersSha256({a: parameters.a!, b: parameters.b!})).toBe(expected);
  vi.stubGlobal("crypto", {});
  expect(await parametersSha256(parameters)).toBe(expected);
});

it("differs with a number, a shape and a name", async () => {
  const {a, b} = parameters as {a: ParameterData[string]; b: ParameterData[string]};
  const others = [
    {a, b: {...b, data: Float32Array.of(1, 2, 3.0000002)}},
    {a: {...a, shape: [4]}, b},
    {a, c: b}
  ];
  const hashes = await Promise.all([parameters, ...others].map(parametersSha256));
  expect(new Set(hashes).size).toBe(4);
});

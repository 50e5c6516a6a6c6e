import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {
  readSafetensors,
  type Tensor,
  writeSafetensors
} from "../../../src/components/exchange/safetensors/safetensors.js";

const tensors = new Map<string, Tensor>([
  ["b", {shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, Number.NaN, 1e-40)}],
  ["__proto__", {shape: [], data: Float32Array.of(7)}],
  ["empty", {shape: [0, 4], data: new Float32Array(0)}],
  ["ä 😀", {shape: [1], data: Float32Array.of(Number.POSITIVE_INFINITY)}]
]);
const metadata = {format: "pt", note: '"<script>" \n 中'};
const bytes = writeSafetensors({tensors, metadata});

/** A file with this header and this many bytes after it. */
function handmade(header: string | object, dataBytes: number, length?: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(length ?? json.length), true);
  file.set(json, 8);
  return file;
}
const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end]
});

test("what is written is read back, order and every bit", () => {
  const back = readSafetensors(bytes);
  expect([...back.tensors]).toEqual([...tensors]);
  expect(back.metadata).toEqual(metadata);
  // Also from the middle of a larger buffer, where nothing is aligned.
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect([...readSafetensors(shifted.subarray(3)).tensors]).toEqual([...tensors]);
  // And as Node reads a file: the slice of a Buffer shares its bytes.
  expect([...readSafetensors(Buffer.from(shifted).subarray(3)).tensors]).toEqual([...tensors]);
});

test("lists of 16-bit numbers follow the tensors, also where those end at an odd place", () => {
  const lists = new Map([
    ["odd", Uint16Array.of(0, 513, 65535)],
    ["view", new Uint16Array([9, 1, 2, 9]).subarray(1, 3)],
    ["none", new Uint16Array()]
  ]);
  const back = readSafetensors(writeSafetensors({tensors, lists, metadata}));
  expect([...back.tensors]).toEqual([...tensors]);
  expect([...back.lists].map(([name, list]) => [name, [...list]])).toEqual([
    ["odd", [0, 513, 65535]],
    ["view", [1, 2]],
    ["none", []]
  ]);
});

test("the layout is the format's: u64 length, padded JSON, numbers in order", () => {
  const file = writeSafetensors({
    tensors: new Map([["x", {shape: [1], data: Float32Array.of(1)}]]),
    metadata: {}
  });
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  expect(new TextDecoder().decode(file.subarray(8, 8 + length)).trimEnd()).toBe(
    '{"__metadata__":{},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
  );
  expect([...file.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f]);
});

describe("refused", () => {
  test.each([
    ["an empty file", new Uint8Array(0), "cut short"],
    ["an absurd header length", handmade("{}", 0, 2 ** 50), "not a whole safetensors file"],
    ["no JSON", handmade("hello", 0), "not JSON"],
    ["no UTF-8", handmade("{}", 8, 10).fill(0xff, 8), "not UTF-8"],
    ["a list", handmade("[]", 0), "must be an object"],
    ["lists of lists", handmade({x: tensor(0, 4, [1, 2], "U16")}, 4), "a list of one dimension"],
    ["other numbers", handmade({x: tensor(0, 4, [2], "F16")}, 4), '"F16"; it must be one of "F32", "U16"'],
    ["a shape of another size", handmade({x: tensor(0, 8, [3])}, 8), "x.data_offsets is [0,8]"],
    ["a negative dimension", handmade({x: tensor(0, 4, [-1, -1])}, 4), "x.shape[0] is -1"],
    ["a huge shape", handmade({x: tensor(0, 4, [2 ** 40, 2 ** 40])}, 4), "x.data_offsets"],
    ["a hole", handmade({x: tensor(4, 8)}, 8), "tensor x does not begin where it should"],
    ["an overlap", handmade({x: tensor(0, 8), y: tensor(4, 8)}, 8), "tensor y does not begin"],
    ["bytes left over", handmade({x: tensor(0, 4)}, 5), "should have 4 bytes, but there are 5"],
    ["bytes missing", handmade({x: tensor(0, 8)}, 4), "should have 8 bytes, but there are 4"],
    ["three offsets", handmade({x: {...tensor(0, 4), data_offsets: [0, 4, 8]}}, 4), "two numbers"],
    ["metadata that is no text", handmade({__metadata__: {a: 1}}, 0), "__metadata__.a is 1"]
  ])("%s", (_, file, sentence) => {
    expect(() => readSafetensors(file)).toThrow(FormatError);
    expect(() => readSafetensors(file)).toThrow(sentence);
  });

  test("every file cut short", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => readSafetensors(bytes.subarray(0, length))).toThrow(FormatError);
  });

  test("a tensor whose shape is not its data's, when writing", () => {
    const wrong = new Map([["x", {shape: [2], data: new Float32Array(3)}]]);
    expect(() => writeSafetensors({tensors: wrong, metadata: {}})).toThrow("shape [2] but 3 numbers");
  });
});

test("changed bytes give a FormatError or tensors, never another error", () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}), (at, xor) => {
      const damaged = bytes.slice();
      damaged[at]! ^= xor;
      try {
        readSafetensors(damaged);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    }),
    {numRuns: 2000, seed: 1}
  );
});

import {BinaryWriter, WireType} from "@bufbuild/protobuf/wire";
import {describe, expect, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {readOnnxRecords} from "../../../src/components/exchange/onnx/onnxRecords.js";
import {manyNodes, nestedGraphs} from "../hostile/hostileOnnx.js";
import {joined} from "../hostile/mutations.js";

const field = (number: number, content: Uint8Array) =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish();
const text = (number: number, content: string) =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).string(content).finish();
const varint = (number: number, value: number) =>
  new BinaryWriter().tag(number, WireType.Varint).int64(value).finish();

const raw = Uint8Array.of(1, 2, 3, 4);
const named = joined(varint(2, 1), text(8, "w"), field(9, raw));
const oneByOne = joined(varint(1, 2), varint(1, 3), named);
const packed = joined(field(1, Uint8Array.of(2, 3)), named);
const graph = (...initializers: Uint8Array[]) =>
  field(7, joined(...initializers.map((tensor) => field(5, tensor))));

test("dimensions are read one by one and packed; what is not the model is passed over", () => {
  for (const tensor of [oneByOne, packed]) {
    const file = joined(
      varint(1, 8),
      text(2, "someone"),
      field(7, joined(field(1, new Uint8Array(50)), text(2, "graph"), field(5, tensor))),
      field(8, joined(text(1, ""), varint(2, 17))),
      field(8, joined(text(1, "ai.onnx.ml"), varint(2, 3))),
      field(14, joined(text(1, "config"), text(2, "{}")))
    );
    const {opset, properties, tensors} = readOnnxRecords(file);
    expect(opset).toBe(17);
    expect([...properties]).toEqual([["config", "{}"]]);
    expect([...tensors]).toEqual([["w", {dims: [2, 3], dataType: 1, rawData: raw}]]);
    // A view: nothing is copied before it is asked for.
    expect(tensors.get("w")!.rawData.buffer).toBe(file.buffer);
  }
});

test("graphs in graphs are passed over, however deep", () => {
  expect(readOnnxRecords(nestedGraphs(2000)).tensors.size).toBe(0);
});

describe("refused with a sentence", () => {
  test.each<[string, Uint8Array, string]>([
    ["no records", new TextEncoder().encode("not ONNX at all"), "not a readable ONNX file"],
    ["a cut", graph(oneByOne).subarray(0, -3), "not a readable ONNX file"],
    ["a weight twice", graph(oneByOne, packed), '"w" is there twice'],
    ["an opset twice", joined(field(8, varint(2, 17)), field(8, varint(2, 17))), '"" is there twice'],
    ["many dimensions", graph(joined(field(1, new Uint8Array(9).fill(1)), named)), "more than 8 dimensions"],
    ["packed dimensions without an end", graph(Uint8Array.of(0x0a, 100, 1)), "not a readable ONNX file"],
    ["half a million nodes", manyNodes(), "more than 200,000 parts"],
    [
      "ten thousand weights and one",
      graph(...Array.from({length: 10_001}, (_, i) => text(8, `w${i}`))),
      "more than 10,000 weights"
    ]
  ])("%s", (_, file, sentence) => {
    expect(() => readOnnxRecords(file)).toThrow(FormatError);
    expect(() => readOnnxRecords(file)).toThrow(sentence);
  });
});

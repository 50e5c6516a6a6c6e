import {fromBinary, toBinary} from "@bufbuild/protobuf";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {FormatError} from "../../../src/components/exchange/formatError.js";
import {
  fromOnnx,
  readOnnxHeader,
  rewriteOnnx,
  toOnnx,
  toOnnxParts
} from "../../../src/components/exchange/onnx/onnx.js";
import {ModelProtoSchema} from "../../../src/components/exchange/onnx/onnxSchema_pb.js";
import {WEIGHT_FORMATS} from "../../../src/components/exchange/onnx/onnxWeights.js";
import {type ModelConfig, modelConfig} from "../../../src/components/model/config.js";
import {parameterCount, parameterShapes} from "../../../src/components/model/parameters.js";
import {fixture, onnxFile, parameters, tokenizer} from "../../fixtures/model.js";
import {version1Config, version1Run} from "../version1.js";
import {caseFile} from "./onnxCases.js";

const bytes = toOnnx(onnxFile);

test("what is written is read back, every bit of it", () => {
  const back = fromOnnx(bytes);
  expect(fromOnnx(Buffer.from(bytes))).toEqual(back);
  expect(back).toEqual(onnxFile);
  expect(Object.keys(back.parameters)).toEqual(Object.keys(parameters));
  expect(toOnnx(back)).toEqual(bytes);
  expect(readOnnxHeader(bytes)).toEqual({
    config: onnxFile.config,
    metadata: onnxFile.metadata,
    version: 3,
    graph: {cache: "whole", attention: false, weights: "float32"}
  });
});

test("the file is its weights and little more", () => {
  const overhead = bytes.length - 4 * parameterCount(fixture.config);
  expect(overhead).toBeLessThan(16_000);
});

test("halves and bytes make the file smaller, and are read as the numbers nearest to the weights", () => {
  const {config, parameters} = caseFile(fixture.config, 1);
  const file = {...onnxFile, parameters};
  const [whole, half, byte] = WEIGHT_FORMATS.map((weights) => toOnnx(file, {weights})) as [
    Uint8Array,
    Uint8Array,
    Uint8Array
  ];
  // Of the fixture's few weights the names of the conversions are a part.
  expect(whole.length - half.length).toBeGreaterThan(2 * parameterCount(config) - 4000);
  expect(half.length).toBeGreaterThan(byte.length - 4000);
  for (const [name, {data}] of Object.entries(fromOnnx(half).parameters))
    data.forEach((value, i) => {
      const weight = parameters[name]!.data[i]!;
      expect(Math.abs(value - weight)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(weight) * 2 ** -11));
    });
  for (const [name, {shape, data}] of Object.entries(fromOnnx(byte).parameters)) {
    const weights = parameters[name]!.data;
    if (shape.length === 1) expect(data).toEqual(weights);
    if (shape.length === 1) continue;
    // Tables by row, linear layers by column: each channel is as fine as its own largest weight allows.
    const columns = shape[1]!;
    const isTable = name.includes("wte") || name.includes("wpe");
    const channelOf = (i: number) => (isTable ? Math.floor(i / columns) : i % columns);
    const largest = new Map<number, number>();
    weights.forEach((weight, i) => {
      largest.set(channelOf(i), Math.max(largest.get(channelOf(i)) ?? 0, Math.abs(weight)));
    });
    data.forEach((value, i) => {
      const step = largest.get(channelOf(i))! / 127;
      expect(Math.abs(value - weights[i]!)).toBeLessThanOrEqual(0.501 * step);
    });
  }
});

test("a file is written anew with another graph, its weights as they were", () => {
  for (const weights of WEIGHT_FORMATS) {
    const stored = toOnnx(onnxFile, {weights});
    const anew = rewriteOnnx(stored, {cache: "added", attention: true});
    expect(readOnnxHeader(anew).graph).toEqual({cache: "added", attention: true, weights});
    expect(fromOnnx(anew)).toEqual(fromOnnx(stored));
    expect(rewriteOnnx(anew, {cache: "whole", attention: false})).toEqual(stored);
  }
  expect(rewriteOnnx(bytes, {weights: "int8"})).toEqual(toOnnx(onnxFile, {weights: "int8"}));
  expect(() => rewriteOnnx(bytes.subarray(0, 3000), {})).toThrow(FormatError);
});

test("a weight beyond a half's range is not written as one", () => {
  const name = "transformer.h.1.mlp.c_fc.bias";
  const data = parameters[name]!.data.with(3, -70_000);
  const large = {...onnxFile, parameters: {...parameters, [name]: {shape: [20], data}}};
  expect(() => toOnnx(large, {weights: "float16"})).toThrow("-70000, which is more than float16 can be");
  expect(fromOnnx(toOnnx(large, {weights: "int8"})).parameters[name]!.data[3]).toBe(-70_000);
});

test("the file says how it is read and on what terms, and its pieces share the weights' memory", () => {
  const text = new TextDecoder().decode(bytes);
  expect(text).toContain("Reads token by token with past_key_values");
  expect(text).toContain("licence: public domain");
  expect(new TextDecoder().decode(toOnnx(onnxFile, {cache: "none"}))).toContain("Reads whole windows");
  const parts = toOnnxParts(onnxFile);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  for (const {data} of Object.values(parameters))
    expect(parts.some(({buffer}) => buffer === data.buffer)).toBe(true);
});

/** The file with some of its metadata changed. */
function relabelled(metadata: Record<string, unknown>): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  for (const property of model.metadataProps)
    if (property.key in metadata) property.value = JSON.stringify(metadata[property.key]);
  return toBinary(ModelProtoSchema, model);
}

test("a file of version 1, when every model was GPT-2's kind, is read as what it was", () => {
  const old = relabelled({"glassformer.version": 1, config: version1Config, run: version1Run});
  expect(fromOnnx(old)).toEqual(onnxFile);
  expect(readOnnxHeader(old).graph).toEqual({cache: "none", attention: true, weights: "float32"});
});

test("metadata that is not this version's is refused by name", () => {
  const {position, ...unplaced} = fixture.config;
  const complaints: [Record<string, unknown>, string][] = [
    [{"glassformer.version": 4}, "version 4; this program reads versions 1 to 3"],
    [{graph: {cache: "whole", attention: false, weights: "int4"}}, 'weights is "int4"; it must be one of'],
    [
      {graph: {cache: "whole", attention: false, weights: "int8"}},
      "lacks the weight transformer.wte.weight.int8"
    ],
    [{"glassformer.version": "2"}, 'is "2"; it must be a whole number'],
    [{config: unplaced}, "position is missing; it must be one of"],
    [{config: {...fixture.config, position: "spiral"}}, 'position is "spiral"; it must be one of "learned"'],
    [{config: {...fixture.config, causal: 1}}, "causal is 1; it must be true or false"],
    [{config: {...fixture.config, nKvHead: 3}}, "nHead is 2, which nKvHead 3 does not divide"],
    [{config: {...fixture.config, tiedHead: false}}, "lacks the weight lm_head.weight"],
    [{config: {...fixture.config, nKvHead: 1}}, "c_attn.weight is not float32 [8,16]"]
  ];
  for (const [metadata, sentence] of complaints) {
    expect(() => readOnnxHeader(relabelled(metadata))).toThrow(FormatError);
    expect(() => readOnnxHeader(relabelled(metadata))).toThrow(sentence);
  }
});

test("a file cut short anywhere is refused with a FormatError", () => {
  for (let length = 0; length < bytes.length; length += 1 + (length >> 6))
    expect(() => fromOnnx(bytes.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
  expect(() => fromOnnx(bytes.subarray(0, bytes.length - 1))).toThrow(FormatError);
});

const llama = {position: "rope", norm: "rmsNorm", activation: "swiGlu", bias: false} as const;
const otherConfig: ModelConfig = {...fixture.config, ...llama, tiedHead: false};

test.each([
  ["GPT-2's kind", bytes, parameters],
  ["Llama's kind", toOnnx(caseFile(otherConfig, 1)), parameterShapes(otherConfig)],
  ["in halves", toOnnx(onnxFile, {weights: "float16"}), parameters],
  ["in bytes", toOnnx(onnxFile, {weights: "int8"}), parameters]
])(
  "a changed byte gives a FormatError or a model of the same shape, never another error: %s",
  (_, bytes, names) => {
    const mutation = fc.tuple(fc.nat(bytes.length - 1), fc.integer({min: 1, max: 255}));
    fc.assert(
      fc.property(fc.array(mutation, {minLength: 1, maxLength: 3}), (mutations) => {
        const damaged = bytes.slice();
        for (const [at, xor] of mutations) damaged[at]! ^= xor;
        try {
          const back = fromOnnx(damaged);
          expect(Object.keys(back.parameters)).toEqual(Object.keys(names));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      {numRuns: 800, seed: 1}
    );
  }
);

test("files of other kinds are refused", () => {
  for (const text of ["", "PK\x03\x04", "<script>alert(1)</script>", "{}", "\0".repeat(1000)])
    expect(() => fromOnnx(new TextEncoder().encode(text))).toThrow(FormatError);
});

describe("parameters that are not the configuration's are not written", () => {
  const name = "transformer.h.1.mlp.c_fc.bias";
  const altered = (change: object) => ({...onnxFile, parameters: {...parameters, ...change}});

  test("missing, superfluous, misshapen", () => {
    const {[name]: _, ...rest} = parameters;
    expect(() => toOnnx({...onnxFile, parameters: rest})).toThrow(`The weight ${name} is missing.`);
    expect(() => toOnnx(altered({"lm_head.weight": parameters[name]}))).toThrow(
      "no weight named lm_head.weight"
    );
    expect(() => toOnnx(altered({[name]: {shape: [19], data: new Float32Array(19)}}))).toThrow(
      "[20] was expected"
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("%s", (value) => {
    const data = parameters[name]!.data.with(3, value);
    expect(() => toOnnx(altered({[name]: {shape: [20], data}}))).toThrow("not finite");
  });
});

test("a tokenizer of another size is noticed when reading", () => {
  const {model, ...rest} = tokenizer.toJSON();
  const vocab = Object.fromEntries(Object.entries(model.vocab).filter(([, id]) => id < 10));
  const wrong = toOnnx({
    ...onnxFile,
    metadata: {...onnxFile.metadata, tokenizer: {...rest, model: {...model, vocab}}}
  });
  expect(() => fromOnnx(wrong)).toThrow("its tokenizer has 10 tokens and its model 11");
});

test("19 million parameters are written and read within seconds", () => {
  const config = modelConfig({nLayer: 6, nHead: 8, nEmbd: 512, nInner: 2048, blockSize: 256, vocabSize: 11});
  const large = Object.fromEntries(
    Object.entries(parameterShapes(config)).map(([name, shape]) => [
      name,
      {shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5)}
    ])
  );
  const start = performance.now();
  const back = fromOnnx(toOnnx({config, parameters: large, metadata: onnxFile.metadata}));
  expect(performance.now() - start).toBeLessThan(5000);
  expect(back.parameters["transformer.h.5.mlp.c_fc.weight"]!.data.at(-1)).toBe(0.5);
});

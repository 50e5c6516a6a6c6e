import {fromBinary} from "@bufbuild/protobuf";
import {expect} from "vitest";
import type {GraphOptions} from "../../../src/components/exchange/onnx/onnxGraph.js";
import {
  type GraphProto,
  ModelProtoSchema,
  TensorProto_DataType,
  type ValueInfoProto
} from "../../../src/components/exchange/onnx/onnxSchema_pb.js";
import {attentionHeads, attentionLayers, type ModelConfig} from "../../../src/components/model/config.js";

/** What we write of operator set 17; none of them is newer, in the form in which it is used here. */
const OPERATORS =
  "Abs Add And Cast Concat CumSum DequantizeLinear Div Equal Erf Gather LayerNormalization Less Log MatMul Mul Neg Not Or Pad Pow Range ReduceMean Relu Reshape Shape Sigmoid Slice Softmax Split Sqrt Sub Tanh Transpose Unsqueeze Where".split(
    " "
  );

/**
 * Expects of a file what any runtime needs: the names and dimensions that transformers.js knows, known operators, each
 * value made once and before it is used, and nothing stored or computed in vain.
 */
export function checkStructure(
  bytes: Uint8Array,
  config: ModelConfig,
  {cache, attention, weights}: GraphOptions
): void {
  const {graph, opsetImport} = fromBinary(ModelProtoSchema, bytes);
  expect(opsetImport.map(({domain, version}) => [domain, version])).toEqual([["", 17n]]);
  const {INT64, FLOAT, FLOAT16, INT8} = TensorProto_DataType;
  const [batch, tokens, all, past] = [
    "batch_size",
    "sequence_length",
    "total_sequence_length",
    "past_sequence_length"
  ];
  const single = config.architecture !== "transformer";
  const [K, D] = single ? [1, config.nEmbd] : [config.nKvHead, config.nEmbd / config.nHead];
  const layers = Array.from({length: attentionLayers(config)}, (_, i) => i);
  const cached = (name: string, length: string) =>
    layers.flatMap((i) =>
      ["key", "value"].map((part) => [`${name}.${i}.${part}`, FLOAT, batch, K, length, D])
    );

  expect(graph!.input.map(described)).toEqual([
    ["input_ids", INT64, batch, tokens],
    ["attention_mask", INT64, batch, cache === "none" ? tokens : all],
    ["position_ids", INT64, batch, tokens],
    ...(cache === "none" ? [] : cached("past_key_values", past))
  ]);
  expect(graph!.output.map(described)).toEqual([
    ["logits", FLOAT, batch, tokens, config.vocabSize],
    ...(cache === "whole" ? cached("present", all) : []),
    ...(cache === "added" ? cached("added", tokens) : []),
    ...(attention
      ? layers.map((i) => [
          `attention.${i}`,
          FLOAT,
          batch,
          attentionHeads(config),
          tokens,
          cache === "none" ? tokens : all
        ])
      : [])
  ]);
  checkFlow(graph!);
  const stored = graph!.initializer.map(({dataType}) => dataType);
  const counted = config.architecture === "bigram";
  expect(stored.includes(FLOAT16)).toBe(weights === "float16" && !counted);
  expect(stored.includes(INT8)).toBe(weights === "int8" && !counted);
}

function described({name, type}: ValueInfoProto): unknown[] {
  const tensor = type!.value.value!;
  return [
    name,
    tensor.elemType,
    ...tensor.shape!.dim.map(({value: {case: kind, value}}) => (kind === "dimValue" ? Number(value) : value))
  ];
}

function checkFlow(graph: GraphProto): void {
  const made = new Set([...graph.input, ...graph.initializer].map(({name}) => name));
  expect(made.size).toBe(graph.input.length + graph.initializer.length);
  const used = new Set(graph.output.map(({name}) => name));
  const kinds = new Set(graph.node.map(({opType}) => opType));
  expect([...kinds].filter((kind) => !OPERATORS.includes(kind))).toEqual([]);
  for (const {input, output} of graph.node) {
    for (const name of input) {
      if (!made.has(name)) throw new Error(`${name} is used before it is made.`);
      used.add(name);
    }
    for (const name of output) {
      if (made.has(name)) throw new Error(`${name} is made twice.`);
      made.add(name);
    }
  }
  // A runtime warns of these; inputs, though, are the same for every model.
  const inputs = new Set(graph.input.map(({name}) => name));
  expect([...made].filter((name) => !used.has(name) && !inputs.has(name))).toEqual([]);
}

import {expect, it} from "vitest";
import {onnxFacts} from "../../../src/components/chapters/inference/onnxFacts.js";
import {toOnnx} from "../../../src/components/exchange/onnx/onnx.js";
import {modelConfig} from "../../../src/components/model/config.js";
import {initialise} from "../../../src/components/model/initialise.js";
import {createRandom} from "../../../src/components/random.js";
import {characterTokenizer} from "../../../src/components/text/characterTokenizer.js";

const config = modelConfig({nLayer: 2, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 6, vocabSize: 5});
const metadata = {tokenizer: characterTokenizer([..."abcde"]).toJSON(), run: null};
const file = (more = {}) =>
  toOnnx({config, parameters: initialise(config, createRandom(1)), metadata}, {attention: false, ...more});

it("reads the nodes, the inputs and one block off the file itself", () => {
  const facts = onnxFacts(file({cache: "whole"}));
  const count = (name: string) => facts.operators.find((operator) => operator.name === name)?.count ?? 0;
  expect(facts.nodes).toBe(facts.operators.reduce((sum, {count}) => sum + count, 0));
  // Two norms in each block, and the last.
  expect(count("LayerNormalization")).toBe(5);
  expect(count("Softmax")).toBe(2);
  expect(facts.block.map(({part}) => part)).toEqual([
    "ln_1",
    "attn.c_attn",
    "attn.heads",
    "attn.q",
    "present key",
    "present value",
    "attn.mixed",
    "attn.merged",
    "attn.c_proj",
    "after_attn",
    "ln_2",
    "mlp.c_fc",
    "mlp.hidden",
    "mlp.c_proj",
    "after_mlp"
  ]);
  expect(facts.inputs.find(({name}) => name === "past_key_values.0.key")?.shape).toEqual([
    "batch_size",
    "2",
    "past_sequence_length",
    "4"
  ]);
  expect(facts.outputs[0]).toEqual({name: "logits", shape: ["batch_size", "sequence_length", "5"]});
});

it("has the exporter's table from the exporter", () => {
  const {table} = onnxFacts(file());
  expect(table.find(({operation}) => operation === "linear")?.operators).toEqual(["MatMul", "Add"]);
  expect(table.find(({operation}) => operation === "attention")?.operators).toContain("Softmax");
});

it("does not take the conversions of stored weights for a part of the block", () => {
  expect(onnxFacts(file({weights: "int8"})).block[0]).toEqual({
    part: "ln_1",
    operators: ["LayerNormalization"]
  });
});

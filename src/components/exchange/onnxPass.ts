import type {ModelConfig} from "../model/config.js";
import {EPSILON} from "../ops/epsilon.js";
import type {GraphWriter} from "./graphWriter.js";

/** Names of the graph's inputs and outputs, for whoever runs it. */
export const INPUT_IDS = "input_ids";
export const LOGITS = "logits";
export const attentionOutput = (layer: number) => `attention.${layer}`;

/**
 * What the writers of a graph share, as `Pass` is what the model's layers share. Every parameter is already in `g`
 * under its own name. A writer takes names of values and returns the name of the value that it computes.
 */
export interface GraphPass {
  g: GraphWriter;
  config: ModelConfig;
}

/** The rows of a table that the numbers name: table [R, ..], numbers [..] → [.., ..]. */
export function writeRows({g}: GraphPass, table: string, numbers: string, name: string): string {
  return g.node("Gather", [table, numbers], name, {axis: {int: 0}});
}

/** The linear layer of that name, with its bias if it has one: [.., I] → [.., O]. */
export function writeLinear({g, config}: GraphPass, name: string, x: string): string {
  const product = g.node("MatMul", [x, `${name}.weight`], config.bias ? `${name}.product` : name);
  return config.bias ? g.node("Add", [product, `${name}.bias`], name) : product;
}

/** The norm of that name, as configured: [.., C] → [.., C]. */
export function writeNorm(pass: GraphPass, name: string, x: string): string {
  const {g, config} = pass;
  switch (config.norm) {
    case "layerNorm":
      return g.node(
        "LayerNormalization",
        [x, `${name}.weight`, ...(config.bias ? [`${name}.bias`] : [])],
        name,
        {axis: {int: -1}, epsilon: {float: EPSILON}}
      );
    case "rmsNorm":
      return writeRmsNorm(pass, name, x);
    case "none":
      return x;
  }
}

/** x / √(mean(x²) + ε) ∘ gain, written out because operator set 17 has no name for it. */
function writeRmsNorm({g}: GraphPass, name: string, x: string): string {
  const square = g.node("Mul", [x, x], `${name}.square`);
  const mean = g.node("ReduceMean", [square], `${name}.mean`, {axes: [-1], keepdims: {int: 1}});
  const sum = g.node("Add", [mean, g.scalar(EPSILON)], `${name}.sum`);
  const root = g.node("Sqrt", [sum], `${name}.root`);
  const normalised = g.node("Div", [x, root], `${name}.normalised`);
  return g.node("Mul", [normalised, `${name}.weight`], name);
}

/** A score for every token of the vocabulary, against a table of vectors: x [B, T, C], table [V, C] → [B, T, V]. */
export function writeUnembedding({g}: GraphPass, x: string, table: string): void {
  const columns = g.node("Transpose", [table], "head", {perm: [1, 0]}); // [C, V]
  g.node("MatMul", [x, columns], LOGITS);
}

import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import {GraphWriter} from "./graphWriter.js";
import {type GraphProto, TensorProto_DataType} from "./onnxSchema_pb.js";

/** Names of the graph's inputs and outputs, for whoever runs it. */
export const INPUT_IDS = "input_ids";
export const LOGITS = "logits";
export const attentionOutput = (layer: number) => `attention.${layer}`;

/** The operator set that the graph is written in: the first with LayerNormalization. */
export const OPSET = 17;
const EPSILON = 1e-5;

/**
 * The model as an ONNX graph, layer by layer in the order in which data flows (GPT-2's: pre-LayerNorm blocks,
 * causal multi-head attention, GELU, tied head).
 *
 *   input_ids     int64 [batch_size, sequence_length], 1 … blockSize tokens
 *   logits        float [batch_size, sequence_length, V]
 *   attention.{i} float [batch_size, H, sequence_length, sequence_length], one a layer: query × key
 *
 * Shape comments below use the letters of `ModelConfig`. Every weight must have the shape that
 * `parameterShapes(config)` gives it; that is the caller's to check.
 */
export function onnxGraph(config: ModelConfig, parameters: ParameterData): GraphProto {
  const g = new GraphWriter("glassformer");
  const {INT64} = TensorProto_DataType;
  const ids = g.input(INPUT_IDS, INT64, ["batch_size", "sequence_length"]);
  g.output(LOGITS, ["batch_size", "sequence_length", config.vocabSize]);
  for (let i = 0; i < config.nLayer; i++)
    g.output(attentionOutput(i), ["batch_size", config.nHead, "sequence_length", "sequence_length"]);

  for (const [name, {shape, data}] of Object.entries(parameters)) g.floats(name, shape, data);
  writeConstants(g, config);

  const positions = writePositions(g, ids); // [T]
  const future = writeCausalMask(g, positions, positions); // [T, T]
  let x = writeEmbedding(g, ids, positions); // [B, T, C]
  for (let i = 0; i < config.nLayer; i++) {
    const h = `transformer.h.${i}`;
    const attended = writeAttention(g, writeLayerNorm(g, x, `${h}.ln_1`), future, h, attentionOutput(i));
    x = g.node("Add", [x, attended], `${h}.after_attn`);
    const fed = writeFeedForward(g, writeLayerNorm(g, x, `${h}.ln_2`), `${h}.mlp`);
    x = g.node("Add", [x, fed], `${h}.after_mlp`);
  }
  writeHead(g, writeLayerNorm(g, x, "transformer.ln_f"));
  return g.graph;
}

/** Numbers that every layer shares. */
function writeConstants(g: GraphWriter, config: ModelConfig): void {
  const {nHead: H, nEmbd: C} = config;
  g.integers("constant.0", 0);
  g.integers("constant.1", 1);
  g.integers("axis.0", [0]);
  g.integers("axis.1", [1]);
  // In a Reshape, 0 keeps the dimension that is there.
  g.integers("shape.heads", [0, 0, H, C / H]);
  g.integers("shape.joined", [0, 0, C]);
  g.scalar("attention.scale", 1 / Math.sqrt(C / H));
  g.scalar("attention.masked", Number.NEGATIVE_INFINITY);
  g.scalar("gelu.half", 0.5);
  g.scalar("gelu.one", 1);
  g.scalar("gelu.cubic", 0.044715);
  g.scalar("gelu.slope", Math.sqrt(2 / Math.PI));
}

/** The positions 0 … T − 1 of the tokens in the window: [T]. */
function writePositions(g: GraphWriter, ids: string): string {
  const shape = g.node("Shape", [ids], "input_shape");
  const length = g.node("Gather", [shape, "constant.1"], "length", {axis: {int: 0}});
  return g.node("Range", ["constant.0", length, "constant.1"], "positions");
}

/** True where a key stands later than the query: [queries, keys]. Computed, so that no mask is stored. */
function writeCausalMask(g: GraphWriter, queries: string, keys: string): string {
  const rows = g.node("Unsqueeze", [queries, "axis.1"], "query_positions");
  const columns = g.node("Unsqueeze", [keys, "axis.0"], "key_positions");
  return g.node("Less", [rows, columns], "future");
}

/** The token's row of the token table plus the position's row of the position table: [B, T, C]. */
function writeEmbedding(g: GraphWriter, ids: string, positions: string): string {
  const tokens = g.node("Gather", ["transformer.wte.weight", ids], "token_embedding", {axis: {int: 0}});
  const places = g.node("Gather", ["transformer.wpe.weight", positions], "position_embedding", {
    axis: {int: 0}
  });
  return g.node("Add", [tokens, places], "embedding");
}

/** [B, T, C] → [B, T, C], each token scaled to mean 0 and variance 1, then weight and bias. */
function writeLayerNorm(g: GraphWriter, x: string, name: string): string {
  return g.node("LayerNormalization", [x, `${name}.weight`, `${name}.bias`], name, {
    axis: {int: -1},
    epsilon: {float: EPSILON}
  });
}

/** x·W + b. */
function writeLinear(g: GraphWriter, x: string, name: string): string {
  const product = g.node("MatMul", [x, `${name}.weight`], `${name}.product`);
  return g.node("Add", [product, `${name}.bias`], name);
}

/**
 * Causal multi-head attention: [B, T, C] → [B, T, C]. Names begin with the block's, `h`; `weightsName` is the
 * output that holds the weights [B, H, T, T].
 */
function writeAttention(g: GraphWriter, x: string, future: string, h: string, weightsName: string): string {
  const a = `${h}.attn`;
  const [q, k, v] = g.nodes("Split", [writeLinear(g, x, `${a}.c_attn`)], [`${a}.q`, `${a}.k`, `${a}.v`], {
    axis: {int: -1}
  }) as [string, string, string];
  const queries = splitHeads(g, q, [0, 2, 1, 3]); // [B, H, T, D]
  const keys = splitHeads(g, k, [0, 2, 3, 1]); // [B, H, D, T]
  const values = splitHeads(g, v, [0, 2, 1, 3]); // [B, H, T, D]

  const products = g.node("MatMul", [queries, keys], `${a}.products`);
  const scores = g.node("Mul", [products, "attention.scale"], `${a}.scores`);
  const masked = g.node("Where", [future, "attention.masked", scores], `${a}.masked`);
  const weights = g.node("Softmax", [masked], weightsName, {axis: {int: -1}});
  const mixed = g.node("MatMul", [weights, values], `${a}.mixed`); // [B, H, T, D]

  const ordered = g.node("Transpose", [mixed], `${a}.ordered`, {perm: [0, 2, 1, 3]});
  const joined = g.node("Reshape", [ordered, "shape.joined"], `${a}.joined`); // [B, T, C]
  return writeLinear(g, joined, `${a}.c_proj`);
}

/** [B, T, C] → [B, T, H, D] → its dimensions in the order `perm`. */
function splitHeads(g: GraphWriter, x: string, perm: number[]): string {
  const heads = g.node("Reshape", [x, "shape.heads"], `${x}.split`);
  return g.node("Transpose", [heads], `${x}.heads`, {perm});
}

/** [B, T, C] → [B, T, F] → GELU → [B, T, C]. */
function writeFeedForward(g: GraphWriter, x: string, name: string): string {
  const inner = writeLinear(g, x, `${name}.c_fc`);
  return writeLinear(g, writeGelu(g, inner, `${name}.gelu`), `${name}.c_proj`);
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), written out because the operator Gelu needs opset 20. */
function writeGelu(g: GraphWriter, x: string, name: string): string {
  const square = g.node("Mul", [x, x], `${name}.square`);
  const cube = g.node("Mul", [square, x], `${name}.cube`);
  const bent = g.node("Mul", [cube, "gelu.cubic"], `${name}.bent`);
  const sum = g.node("Add", [x, bent], `${name}.sum`);
  const inner = g.node("Mul", [sum, "gelu.slope"], `${name}.inner`);
  const tanh = g.node("Tanh", [inner], `${name}.tanh`);
  const gate = g.node("Add", [tanh, "gelu.one"], `${name}.gate`);
  const half = g.node("Mul", [x, "gelu.half"], `${name}.half`);
  return g.node("Mul", [half, gate], name);
}

/** Scores of every token of the vocabulary, against the token table itself: [B, T, V]. */
function writeHead(g: GraphWriter, x: string): void {
  const table = g.node("Transpose", ["transformer.wte.weight"], "head", {perm: [1, 0]}); // [C, V]
  g.node("MatMul", [x, table], LOGITS);
}

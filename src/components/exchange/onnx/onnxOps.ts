import {EPSILON} from "../../ops/epsilon.js";
import type {GraphWriter} from "./graphWriter.js";
import {TensorProto_DataType} from "./onnxSchema_pb.js";

/**
 * The table from our operations to ONNX's: each entry has the name that the operation has in `ops/`, and appends the
 * nodes of operator set 17 that compute its forward pass. `name` is what the result is to be called, the other texts
 * are names of values that are there; each entry returns the name of its result. Shape letters are `ModelConfig`'s, S is the number
 * of keys.
 *
 * Where ONNX could say the same in several ways, the way is one that ONNX Runtime knows how to fuse into one kernel.
 */
export const onnxOps = {
  /** The rows of a table that the numbers name: table [R, ..], numbers [..] → [.., ..]. */
  embedding: (g: GraphWriter, name: string, table: string, numbers: string): string =>
    g.node("Gather", [table, numbers], name, {axis: {int: 0}}),

  add: (g: GraphWriter, name: string, a: string, b: string): string => g.node("Add", [a, b], name),

  scale: (g: GraphWriter, name: string, x: string, factor: number): string =>
    g.node("Mul", [x, g.scalar(factor)], name),

  /** x·W + b: x [.., I], weight [I, O] → [.., O]. */
  linear(g: GraphWriter, name: string, x: string, weight: string, bias: string | null): string {
    const product = g.node("MatMul", [x, weight], bias ? `${name}.product` : name);
    return bias ? g.node("Add", [product, bias], name) : product;
  },

  /** A score for each row of a table of vectors: x [.., C], table [V, C] → [.., V]. */
  unembed: (g: GraphWriter, name: string, x: string, table: string): string =>
    g.node("MatMul", [x, g.node("Transpose", [table], `${name}.columns`, {perm: [1, 0]})], name),

  /** ln (counts + smoothing), of the rows that the ids name: counts [V, V], ids [B, T] → [B, T, V]. */
  countedLogits(g: GraphWriter, name: string, counts: string, ids: string, smoothing: number): string {
    const rows = onnxOps.embedding(g, `${name}.counts`, counts, ids);
    return g.node("Log", [g.node("Add", [rows, g.scalar(smoothing)], `${name}.smoothed`)], name);
  },

  layerNorm: (g: GraphWriter, name: string, x: string, gain: string, bias: string | null): string =>
    g.node("LayerNormalization", [x, gain, ...(bias ? [bias] : [])], name, {
      axis: {int: -1},
      epsilon: {float: EPSILON}
    }),

  /** x / √(mean(x²) + ε) ∘ gain, written out because operator set 17 has no name for it. */
  rmsNorm(g: GraphWriter, name: string, x: string, gain: string): string {
    const square = g.node("Mul", [x, x], `${name}.square`);
    const mean = g.node("ReduceMean", [square], `${name}.mean`, {axes: [-1], keepdims: {int: 1}});
    const sum = g.node("Add", [mean, g.scalar(EPSILON)], `${name}.sum`);
    const root = g.node("Sqrt", [sum], `${name}.root`);
    const normalised = g.node("Div", [x, root], `${name}.normalised`);
    return g.node("Mul", [normalised, gain], name);
  },

  relu: (g: GraphWriter, name: string, x: string): string => g.node("Relu", [x], name),

  /** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), written out because the operator Gelu needs opset 20. */
  gelu(g: GraphWriter, name: string, x: string): string {
    const cube = g.node("Pow", [x, g.scalar(3)], `${name}.cube`);
    const bent = g.node("Mul", [cube, g.scalar(0.044715)], `${name}.bent`);
    const sum = g.node("Add", [x, bent], `${name}.sum`);
    const inner = g.node("Mul", [sum, g.scalar(Math.sqrt(2 / Math.PI))], `${name}.inner`);
    const tanh = g.node("Tanh", [inner], `${name}.tanh`);
    const gate = g.node("Add", [tanh, g.scalar(1)], `${name}.gate`);
    const half = g.node("Mul", [x, g.scalar(0.5)], `${name}.half`);
    return g.node("Mul", [half, gate], name);
  },

  /** x/2 · (1 + erf(x/√2)). */
  geluExact(g: GraphWriter, name: string, x: string): string {
    const inner = g.node("Div", [x, g.scalar(Math.SQRT2)], `${name}.inner`);
    const erf = g.node("Erf", [inner], `${name}.erf`);
    const gate = g.node("Add", [erf, g.scalar(1)], `${name}.gate`);
    const twice = g.node("Mul", [x, gate], `${name}.twice`);
    return g.node("Mul", [twice, g.scalar(0.5)], name);
  },

  /** gate · σ(gate) · value. */
  swiGlu(g: GraphWriter, name: string, gate: string, value: string): string {
    const share = g.node("Sigmoid", [gate], `${name}.share`);
    const swish = g.node("Mul", [gate, share], `${name}.swish`);
    return g.node("Mul", [swish, value], name);
  },

  /** [B, T, heads·D] → [B, T, heads, D] → [B, heads, T, D]. */
  splitHeads(g: GraphWriter, name: string, x: string, heads: number, D: number): string {
    // In a Reshape, 0 keeps the dimension that is there.
    const split = g.node("Reshape", [x, g.integers([0, 0, heads, D])], `${name}.split`);
    return g.node("Transpose", [split], name, {perm: [0, 2, 1, 3]});
  },

  /** [B, H, T, D] → [B, T, H, D] → [B, T, H·D]. */
  mergeHeads(g: GraphWriter, name: string, x: string, C: number): string {
    const ordered = g.node("Transpose", [x], `${name}.ordered`, {perm: [0, 2, 1, 3]});
    return g.node("Reshape", [ordered, g.integers([0, 0, C])], name);
  },

  /** Each head of keys or values for H/K heads of queries in a row: [B, K, S, D] → [B, H, S, D]. */
  repeatHeads(g: GraphWriter, name: string, x: string, K: number, H: number): string {
    if (K === H) return x;
    const owners = g.integers(Array.from({length: H}, (_, h) => Math.floor((h * K) / H)));
    return g.node("Gather", [x, owners], name, {axis: {int: 1}});
  },

  /**
   * Turns each pair of numbers by its angle: with x = [first, second], x ∘ [cos, cos] + [second, first] ∘ [−sin, sin].
   * x [B, heads, T, D], cosines and sines [B, 1, T, D] as in brackets → [B, heads, T, D].
   */
  rotary(g: GraphWriter, name: string, x: string, {cosines, sines}: Rotation): string {
    const [first, second] = g.nodes("Split", [x], [`${name}.first`, `${name}.second`], {axis: {int: -1}});
    const swapped = g.node("Concat", [second!, first!], `${name}.swapped`, {axis: {int: -1}});
    const along = g.node("Mul", [x, cosines], `${name}.along`);
    const across = g.node("Mul", [swapped, sines], `${name}.across`);
    return g.node("Add", [along, across], name);
  },

  /**
   * softmax(q·kᵀ/√D + bias)·v: q [B, H, T, D], k and v [B, H, S, D], bias [B, 1 | H, T, S] → [B, H, T, D]. The weights
   * [B, H, T, S] are called `weights`.
   */
  attention(
    g: GraphWriter,
    name: string,
    {q, k, v, bias, weights}: Record<"q" | "k" | "v" | "bias" | "weights", string>,
    D: number
  ): string {
    const columns = g.node("Transpose", [k], `${name}.columns`, {perm: [0, 1, 3, 2]}); // [B, H, D, S]
    const products = g.node("MatMul", [q, columns], `${name}.products`);
    const scaled = g.node("Mul", [products, g.scalar(1 / Math.sqrt(D))], `${name}.scaled`);
    const scores = g.node("Add", [scaled, bias], `${name}.scores`);
    return g.node("MatMul", [g.node("Softmax", [scores], weights, {axis: {int: -1}}), v], name);
  },

  /**
   * At each position the vectors of the last N positions side by side, the oldest first, with zeros before the text:
   * x [B, T, C], positions [T] from 0 → [B, T, N·C].
   */
  joinWindow(g: GraphWriter, name: string, x: string, positions: string, N: number, C: number): string {
    const padded = g.node("Pad", [x, g.integers([0, N - 1, 0, 0, 0, 0])], `${name}.padded`); // [B, N − 1 + T, C]
    // In the padded text, the window of position t begins at t.
    const starts = g.node("Unsqueeze", [positions, g.integers([1])], `${name}.starts`); // [T, 1]
    const steps = g.integers(Array.from({length: N}, (_, i) => i)); // [N]
    const places = g.node("Add", [starts, steps], `${name}.places`); // [T, N]
    const windows = g.node("Gather", [padded, places], `${name}.windows`, {axis: {int: 1}}); // [B, T, N, C]
    return g.node("Reshape", [windows, g.integers([0, 0, N * C])], name);
  },

  /** Whole numbers or truth values as float32. */
  toFloat: (g: GraphWriter, name: string, x: string): string =>
    g.node("Cast", [x], name, {to: {int: TensorProto_DataType.FLOAT}})
} as const;

/** What `rotary` turns by: cosines [B, 1, T, D] and sines, of the first half negated. */
export interface Rotation {
  cosines: string;
  sines: string;
}

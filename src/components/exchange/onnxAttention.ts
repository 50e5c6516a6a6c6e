import {attentionOutput, type GraphPass, writeLinear} from "./onnxPass.js";
import {type Positions, writeRotary} from "./onnxPositions.js";

/**
 * Multi-head self-attention of layer i: [B, T, C] → [B, T, C]. The weights [B, H, T, S] are an output of the graph.
 * One head as wide as the model is the same with H = 1.
 */
export function writeAttention(pass: GraphPass, i: number, x: string, positions: Positions): string {
  const {nHead: H, nKvHead: K, nEmbd: C} = pass.config;
  const {g} = pass;
  const D = C / H;
  const name = `transformer.h.${i}.attn`;
  const [q, k, v] = g.nodes(
    "Split",
    [writeLinear(pass, `${name}.c_attn`, x), g.integers([C, K * D, K * D])],
    ["q", "k", "v"].map((part) => `${name}.${part}`),
    {axis: {int: -1}}
  ) as [string, string, string];
  const turn = (x: string) => (positions.rotation ? writeRotary(pass, positions.rotation, x) : x);
  const queries = turn(writeSplitHeads(pass, q, H)); // [B, H, T, D]
  const keys = turn(writeSplitHeads(pass, k, K)); // [B, K, S, D]
  const values = writeSplitHeads(pass, v, K); // [B, K, S, D]

  const scores = writeScores(pass, name, queries, writeRepeatHeads(pass, keys), positions);
  const weights = g.node("Softmax", [scores], attentionOutput(i), {axis: {int: -1}});
  const mixed = g.node("MatMul", [weights, writeRepeatHeads(pass, values)], `${name}.mixed`); // [B, H, T, D]
  return writeLinear(pass, `${name}.c_proj`, writeMergeHeads(pass, mixed));
}

/** q·kᵀ/√D, with ALiBi's bias where it is chosen and −∞ where a key may not be seen: [B, H, T, S]. */
function writeScores(
  {g, config}: GraphPass,
  name: string,
  queries: string,
  keys: string,
  {bias, future}: Positions
): string {
  const D = config.nEmbd / config.nHead;
  const columns = g.node("Transpose", [keys], `${name}.columns`, {perm: [0, 1, 3, 2]}); // [B, H, D, S]
  const products = g.node("MatMul", [queries, columns], `${name}.products`);
  let scores = g.node("Mul", [products, g.scalar(1 / Math.sqrt(D))], `${name}.scaled`);
  if (bias) scores = g.node("Add", [scores, bias], `${name}.biased`);
  if (future)
    scores = g.node("Where", [future, g.scalar(Number.NEGATIVE_INFINITY), scores], `${name}.scores`);
  return scores;
}

/** [B, T, heads·D] → [B, T, heads, D] → [B, heads, T, D]. */
function writeSplitHeads({g, config}: GraphPass, x: string, heads: number): string {
  // In a Reshape, 0 keeps the dimension that is there.
  const shape = g.integers([0, 0, heads, config.nEmbd / config.nHead]);
  return g.node("Transpose", [g.node("Reshape", [x, shape], `${x}.split`)], `${x}.heads`, {
    perm: [0, 2, 1, 3]
  });
}

/** [B, H, T, D] → [B, T, H, D] → [B, T, H·D]. */
function writeMergeHeads({g, config}: GraphPass, x: string): string {
  const ordered = g.node("Transpose", [x], `${x}.ordered`, {perm: [0, 2, 1, 3]});
  return g.node("Reshape", [ordered, g.integers([0, 0, config.nEmbd])], `${x}.joined`);
}

/** Each head of keys or values for H/K heads of queries in a row: [B, K, S, D] → [B, H, S, D]. */
function writeRepeatHeads({g, config}: GraphPass, x: string): string {
  const {nHead: H, nKvHead: K} = config;
  if (K === H) return x;
  const owners = g.integers(Array.from({length: H}, (_, h) => Math.floor((h * K) / H)));
  return g.node("Gather", [x, owners], `${x}.repeated`, {axis: {int: 1}});
}

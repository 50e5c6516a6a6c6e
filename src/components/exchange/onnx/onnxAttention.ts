import {onnxOps} from "./onnxOps.js";
import {
  addedOutput,
  attentionOutput,
  CACHE_PARTS,
  type CachePart,
  type GraphPass,
  pastInput,
  presentOutput,
  writeLinear
} from "./onnxPass.js";
import type {Places} from "./onnxPositions.js";

/**
 * Multi-head self-attention of layer i: [B, T, C] → [B, T, C]. One head as wide as the model is the same with H = 1.
 */
export function writeAttention(pass: GraphPass, i: number, x: string, {rotation, bias}: Places): string {
  const {g, config} = pass;
  const {nHead: H, nKvHead: K, nEmbd: C} = config;
  const D = C / H;
  const name = `transformer.h.${i}.attn`;
  const {q, k, v} = writeQkv(pass, i, x, rotation); // [B, H, T, D], [B, K, T, D], [B, K, T, D]
  const keys = writeExtended(pass, i, "key", k); // [B, K, S, D]
  const values = writeExtended(pass, i, "value", v); // [B, K, S, D]
  const operands = {
    q,
    k: onnxOps.repeatHeads(g, `${name}.keys`, keys, K, H), // [B, H, S, D]
    v: onnxOps.repeatHeads(g, `${name}.values`, values, K, H), // [B, H, S, D]
    bias,
    weights: attentionOutput(i)
  };
  const mixed = onnxOps.attention(g, `${name}.mixed`, operands, D); // [B, H, T, D]
  return writeLinear(pass, `${name}.c_proj`, onnxOps.mergeHeads(g, `${name}.merged`, mixed, C));
}

/** Queries, keys and values, which lie side by side head after head, and so are split and turned together. */
function writeQkv(
  pass: GraphPass,
  i: number,
  x: string,
  rotation: Places["rotation"]
): {q: string; k: string; v: string} {
  const {g, config} = pass;
  const name = `transformer.h.${i}.attn`;
  const {nHead: H, nKvHead: K, nEmbd: C} = config;
  const qkv = writeLinear(pass, `${name}.c_attn`, x); // [B, T, (H + 2K)·D]
  const heads = onnxOps.splitHeads(g, `${name}.heads`, qkv, H + 2 * K, C / H); // [B, H + 2K, T, D]
  const [q, k, v] = [`${name}.q`, addedOutput(i, "key"), addedOutput(i, "value")] as const;
  const split = (x: string, parts: Record<string, number>) =>
    g.nodes("Split", [x, g.integers(Object.values(parts))], Object.keys(parts), {axis: {int: 1}});
  if (!rotation) split(heads, {[q]: H, [k]: K, [v]: K});
  else {
    const both = `${name}.qk`;
    split(heads, {[both]: H + K, [v]: K});
    split(onnxOps.rotary(g, `${name}.turned`, both, rotation), {[q]: H, [k]: K});
  }
  return {q, k, v};
}

/** Keys or values after those of earlier tokens: [B, K, past, D] and [B, K, T, D] → [B, K, S, D]. */
function writeExtended({g, cache}: GraphPass, i: number, part: CachePart, x: string): string {
  return cache === "none"
    ? x
    : g.node("Concat", [pastInput(i, part), x], presentOutput(i, part), {axis: {int: 2}});
}

/** The inputs and outputs of a cache of `layers` layers: float32 [batch_size, K, tokens, D], K heads of D numbers. */
export function writeCache(
  {g, cache}: Pick<GraphPass, "g" | "cache">,
  {layers, K, D}: {layers: number; K: number; D: number}
): void {
  if (cache === "none") return;
  for (let i = 0; i < layers; i++)
    for (const part of CACHE_PARTS) {
      g.floatInput(pastInput(i, part), ["batch_size", K, "past_sequence_length", D]);
      if (cache === "whole") g.output(presentOutput(i, part), ["batch_size", K, "total_sequence_length", D]);
      else g.output(addedOutput(i, part), ["batch_size", K, "sequence_length", D]);
    }
}

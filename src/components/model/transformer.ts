import type * as tf from "@tensorflow/tfjs-core";
import {swiGlu} from "../ops/activations.js";
import {type AttentionOptions, attention} from "../ops/attention.js";
import {cachedAttention} from "../ops/cachedAttention.js";
import {checkpoint} from "../ops/checkpoint.js";
import {columns, mergeHeads, repeatHeads, splitHeads} from "../ops/heads.js";
import {unembed} from "../ops/linear.js";
import {multiHeadAttention} from "../ops/multiHeadAttention.js";
import type {ModelConfig} from "./config.js";
import {drop, get, normalise, type Pass, project, projectOut, tapped} from "./pass.js";
import {embedInPosition, turnByPosition} from "./positions.js";
import {alibiSlopes} from "./positionTables.js";

/**
 * TinyTransformerLM: ids [B, T] int32 → logits [B, T, V]. With the defaults it is GPT-2's arrangement, a
 * decoder-only transformer with pre-LayerNorm blocks. The same function trains, evaluates, traces and decodes.
 * Shape letters are those of `config.ts`.
 */
export function tinyTransformerLM(pass: Pass, ids: tf.Tensor): tf.Tensor {
  let x = embed(pass, ids); // [B, T, C]
  x = blocks(pass, x, 0, pass.config.nLayer); // [B, T, C]
  return readOut(pass, x); // [B, T, V]
}

/** A vector for every token that says where the token stands, too: ids [B, T] → [B, T, C]. */
export function embed(pass: Pass, ids: tf.Tensor): tf.Tensor {
  const x = embedInPosition(pass, ids); // [B, T, C]
  return tapped(pass, "embedding", drop(pass, "embedding", 0, x));
}

/** The blocks from number `first` up to, and without, number `end`: [B, T, C] → [B, T, C]. */
export function blocks(pass: Pass, x: tf.Tensor, first: number, end: number): tf.Tensor {
  for (let i = first; i < end; i++) {
    x = keptOrRecomputed(pass, i, x); // [B, T, C]
  }
  return x;
}

/** What the last block leaves, normalised where no block has done so, and its scores: [B, T, C] → [B, T, V]. */
export function readOut(pass: Pass, x: tf.Tensor): tf.Tensor {
  return head(pass, pass.config.normPlacement === "pre" ? normalise(pass, "transformer.ln_f", x) : x);
}

/** One block; with checkpointing it keeps only its input for the backward pass, which computes the rest again. */
function keptOrRecomputed(pass: Pass, i: number, x: tf.Tensor): tf.Tensor {
  const {parameters: all, padding, checkpointing} = pass;
  if (!checkpointing) return transformerBlock(pass, i, x);
  const names = Object.keys(all).filter((name) => name.startsWith(`transformer.h.${i}.`));
  const reads = {parameters: names.map((name) => get(all, name)), constants: padding ? [padding] : []};
  return checkpoint(x, reads, (x, padding) => transformerBlock({...pass, ...(padding && {padding})}, i, x));
}

/**
 * Attention, then the feed-forward layer; each f adds what passes it by to its result. Pre-norm: x + f(norm(x)), so
 * that the stream itself is never rescaled; post-norm, as in the original paper: norm(x + f(x)).
 */
function transformerBlock(pass: Pass, i: number, x: tf.Tensor): tf.Tensor {
  const {residual, normPlacement} = pass.config;
  const h = `transformer.h.${i}`;
  const layers = [
    {norm: `${h}.ln_1`, output: `${h}.after_attn`, f: selfAttention},
    {norm: `${h}.ln_2`, output: `${h}.after_mlp`, f: feedForward}
  ];
  for (const {norm, output, f} of layers) {
    const input = normPlacement === "pre" ? normalise(pass, norm, x) : x; // [B, T, C]
    x = residual ? f(pass, i, input, x) : f(pass, i, input);
    if (normPlacement === "post") x = normalise(pass, norm, x);
    x = tapped(pass, output, x);
  }
  return x;
}

/** Multi-head self-attention: [B, T, C] → [B, T, C]. */
function selfAttention(pass: Pass, i: number, x: tf.Tensor, beside?: tf.Tensor): tf.Tensor {
  const {nHead, nKvHead, causal, position} = pass.config;
  const name = `transformer.h.${i}.attn`;
  const input = tapped(pass, `${name}.input`, x); // [B, T, C]
  const qkv = project(pass, `${name}.c_attn`, input); // [B, T, (H + 2K)·D]
  if (pass.context) {
    const read = readOn(pass.context, qkv, name, pass.config);
    return projectOut(pass, `${name}.c_proj`, 3 * i + 2, read, beside);
  }
  const options = {
    causal,
    slopes: alibiSlopes(pass.config),
    padding: pass.padding,
    dropout: pass.dropout && {...pass.dropout, rate: pass.dropout.attention, site: 3 * i + 1}
  };
  const mixed =
    pass.tap || pass.cache
      ? mixedInSteps(pass, name, qkv, options)
      : multiHeadAttention(qkv, {...options, nHead, nKvHead, rotary: position === "rope"}); // [B, T, C]
  return projectOut(pass, `${name}.c_proj`, 3 * i + 2, mixed, beside); // [B, T, C]
}

/** What `multiHeadAttention` does, for who listens to its steps or keeps the keys and values: → [B, T, C]. */
function mixedInSteps(pass: Pass, name: string, qkv: tf.Tensor, options: AttentionOptions): tf.Tensor {
  const {nHead: H, nKvHead: K, nEmbd: C} = pass.config;
  const D = C / H;
  let q = splitHeads(columns(qkv, 0, C), H); // [B, T, C] → [B, T, H, D] → [B, H, T, D]
  let k = splitHeads(columns(qkv, C, K * D), K); // [B, K, T, D]
  let v = splitHeads(columns(qkv, C + K * D, K * D), K); // [B, K, T, D]
  q = tapped(pass, `${name}.q`, turnByPosition(pass, q));
  k = tapped(pass, `${name}.k`, turnByPosition(pass, k));
  v = tapped(pass, `${name}.v`, v);
  if (pass.cache) ({keys: k, values: v} = pass.cache.extend(name, k, v)); // [B, K, past + T, D]
  const mixed = attention(q, repeatHeads(k, H / K), repeatHeads(v, H / K), {
    ...options,
    tap: pass.tap && ((step, value) => void pass.tap?.(`${name}.${step}`, value))
  }); // [B, H, T, D]
  return mergeHeads(tapped(pass, `${name}.mixed`, mixed)); // [B, T, H, D] → [B, T, C]
}

/** Attention of tokens that come after those in a cache of fixed size: qkv [1, T, (H + 2K)·D] → [1, T, H·D]. */
function readOn(
  {cache, positions}: NonNullable<Pass["context"]>,
  qkv: tf.Tensor,
  name: string,
  {nHead, nKvHead, position}: Pick<ModelConfig, "nHead" | "nKvHead" | "position">
): tf.Tensor {
  const slopes = alibiSlopes({position, nHead});
  return cachedAttention(qkv, cache.layer(name), positions, {
    nHead,
    nKvHead,
    slopes,
    rotary: position === "rope"
  });
}

/** One head as wide as the model: [B, T, C] → [B, T, C], with nothing to split or join. */
export function selfAttentionSingleHead(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const {causal, position} = pass.config;
  const single = {nHead: 1, nKvHead: 1, position};
  const qkv = project(pass, `${name}.c_attn`, x); // [B, T, 3C]
  if (pass.context) return project(pass, `${name}.c_proj`, readOn(pass.context, qkv, name, single));
  const options = {
    causal,
    slopes: alibiSlopes(single),
    padding: pass.padding,
    dropout: pass.dropout && {...pass.dropout, rate: pass.dropout.attention, site: 1}
  };
  const mixed =
    pass.tap || pass.cache
      ? mixedSingleHeadInSteps(pass, name, qkv, options)
      : multiHeadAttention(qkv, {...options, ...single, rotary: position === "rope"}); // [B, T, C]
  return drop(pass, "residual", 2, project(pass, `${name}.c_proj`, mixed)); // [B, T, C]
}

/** The same steps as `mixedInSteps`: [B, T, 3C] → [B, T, C]. */
function mixedSingleHeadInSteps(
  pass: Pass,
  name: string,
  qkv: tf.Tensor,
  options: AttentionOptions
): tf.Tensor {
  const C = pass.config.nEmbd;
  const q = turnByPosition(pass, columns(qkv, 0, C)); // [B, T, C]
  let k = turnByPosition(pass, columns(qkv, C, C)); // [B, T, C]
  let v = columns(qkv, 2 * C, C); // [B, T, C]
  if (pass.cache) ({keys: k, values: v} = pass.cache.extend(name, k, v)); // [B, past + T, C]
  return attention(q, k, v, {
    ...options,
    tap: pass.tap && ((step, value) => void pass.tap?.(`${name}.${step}`, value))
  }); // [B, T, C]
}

/** Two layers with a bend between them, for each position on its own: [B, T, C] → [B, T, F] → [B, T, C]. */
function feedForward(pass: Pass, i: number, x: tf.Tensor, beside?: tf.Tensor): tf.Tensor {
  const name = `transformer.h.${i}.mlp`;
  return projectOut(pass, `${name}.c_proj`, 3 * i + 3, hidden(pass, name, x), beside);
}

/** The first layer of a feed-forward network and its bend: [.., I] → [.., F]. */
export function hidden(pass: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const {activation} = pass.config;
  const bent =
    activation === "swiGlu"
      ? swiGlu(project(pass, `${name}.c_gate`, x), project(pass, `${name}.c_fc`, x))
      : project(pass, `${name}.c_fc`, x, {activation});
  return tapped(pass, `${name}.hidden`, bent);
}

/** A score for every token of the vocabulary: [B, T, C] → [B, T, V]. */
export function head(pass: Pass, x: tf.Tensor): tf.Tensor {
  const {config, parameters} = pass;
  const table = get(parameters, config.tiedHead ? "transformer.wte.weight" : "lm_head.weight"); // [V, C]
  return tapped(pass, "logits", unembed(tapped(pass, "final", x), table));
}

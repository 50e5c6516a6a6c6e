import type * as tf from "@tensorflow/tfjs-core";
import {add} from "../ops/add.js";
import {attention, attentionWeights} from "../ops/attention.js";
import {addPositions, embedding} from "../ops/embedding.js";
import {gelu} from "../ops/gelu.js";
import {mergeHeads, splitHeads} from "../ops/heads.js";
import {layerNorm} from "../ops/layerNorm.js";
import {linear, tiedHead} from "../ops/linear.js";
import type {ModelConfig} from "./config.js";

/** Parameters by name, as tensors. */
export type Parameters = Readonly<Record<string, tf.Tensor>>;

/** Filled by a forward pass on request: one [B, H, T, T] tensor of attention weights a layer. */
export interface TensorTrace {
  attention: tf.Tensor[];
}

/**
 * TinyTransformerLM, a decoder-only transformer (GPT-2's arrangement): ids [B, T] int32 → logits [B, T, V].
 * The same function trains, evaluates and traces. Shape letters are those of `config.ts`.
 */
export function tinyTransformerLM(
  config: ModelConfig,
  parameters: Parameters,
  ids: tf.Tensor,
  trace?: TensorTrace
): tf.Tensor {
  const tokenTable = get(parameters, "transformer.wte.weight"); // [V, C]
  let x = embedding(tokenTable, ids); // [B, T, C]
  x = addPositions(x, get(parameters, "transformer.wpe.weight")); // [B, T, C]
  for (let i = 0; i < config.nLayer; i++) {
    x = transformerBlock(config, parameters, `transformer.h.${i}`, x, trace); // [B, T, C]
  }
  x = normalise(parameters, "transformer.ln_f", x); // [B, T, C]
  return tiedHead(x, tokenTable); // [B, T, V]
}

/** Attention, then the feed-forward layer, each reading a normalised copy of the stream and adding to it (pre-LN). */
function transformerBlock(
  config: ModelConfig,
  parameters: Parameters,
  name: string,
  x: tf.Tensor,
  trace?: TensorTrace
): tf.Tensor {
  const attended = selfAttention(
    config,
    parameters,
    `${name}.attn`,
    normalise(parameters, `${name}.ln_1`, x),
    trace
  );
  x = add(x, attended); // [B, T, C]
  return add(x, feedForward(parameters, `${name}.mlp`, normalise(parameters, `${name}.ln_2`, x)));
}

/** Causal multi-head self-attention: [B, T, C] → [B, T, C]. */
function selfAttention(
  config: ModelConfig,
  parameters: Parameters,
  name: string,
  x: tf.Tensor,
  trace?: TensorTrace
): tf.Tensor {
  const qkv = project(parameters, `${name}.c_attn`, x); // [B, T, 3C]
  const q = splitHeads(qkv, 0, config.nHead); // [B, H, T, D]
  const k = splitHeads(qkv, 1, config.nHead); // [B, H, T, D]
  const v = splitHeads(qkv, 2, config.nHead); // [B, H, T, D]
  trace?.attention.push(attentionWeights(q, k)); // [B, H, T, T]
  const attended = mergeHeads(attention(q, k, v)); // [B, T, C]
  return project(parameters, `${name}.c_proj`, attended); // [B, T, C]
}

/** Two layers with a bend between them, for each position on its own: [B, T, C] → [B, T, F] → [B, T, C]. */
function feedForward(parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor {
  const hidden = gelu(project(parameters, `${name}.c_fc`, x)); // [B, T, F]
  return project(parameters, `${name}.c_proj`, hidden); // [B, T, C]
}

function project(parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor {
  return linear(x, get(parameters, `${name}.weight`), get(parameters, `${name}.bias`));
}

function normalise(parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor {
  return layerNorm(x, get(parameters, `${name}.weight`), get(parameters, `${name}.bias`));
}

function get(parameters: Parameters, name: string): tf.Tensor {
  const tensor = parameters[name];
  if (!tensor) throw new Error(`The model needs a parameter named ${name}, and there is none.`);
  return tensor;
}

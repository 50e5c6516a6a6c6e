import type * as tf from "@tensorflow/tfjs-core";
import {attentionOnly, bigram, mlp, neuralBigram} from "./baselines.js";
import type {ModelConfig} from "./config.js";
import type {Pass} from "./pass.js";
import {blocks, embed, tinyTransformerLM} from "./transformer.js";

const models: Record<ModelConfig["architecture"], (pass: Pass, ids: tf.Tensor) => tf.Tensor> = {
  transformer: tinyTransformerLM,
  attention: attentionOnly,
  mlp,
  neuralBigram,
  bigram
};

/** The model that a configuration names: ids [B, T] int32 → logits [B, T, V]. */
export function forward(pass: Pass, ids: tf.Tensor): tf.Tensor {
  const logits = models[pass.config.architecture](pass, ids);
  pass.cache?.advance(ids.shape[1]!);
  return logits;
}

/** The part of a pass over ids [B, T] that fills its caches: for tokens whose successor is known. */
export function readWithoutAnswer(pass: Pass, ids: tf.Tensor): void {
  if (pass.config.architecture === "transformer") blocks(pass, embed(pass, ids), 0, pass.config.nLayer);
  else forward(pass, ids);
}

/** Whether a model's next token depends only on what a KeyValueCache holds: attention that looks back only. */
export const canDecodeWithCache = ({architecture, causal}: ModelConfig): boolean =>
  causal && (architecture === "transformer" || architecture === "attention");

import type {ModelConfig} from "../../model/config.js";
import type {GraphWriter} from "./graphWriter.js";
import {onnxOps} from "./onnxOps.js";

/** Names of the graph's inputs and outputs, for whoever runs it: those of Hugging Face's decoders. */
export const INPUT_IDS = "input_ids";
export const ATTENTION_MASK = "attention_mask";
export const POSITION_IDS = "position_ids";
export const LOGITS = "logits";
export const attentionOutput = (layer: number) => `attention.${layer}`;
export const pastInput = (layer: number, part: CachePart) => `past_key_values.${layer}.${part}`;
export const presentOutput = (layer: number, part: CachePart) => `present.${layer}.${part}`;
export const addedOutput = (layer: number, part: CachePart) => `added.${layer}.${part}`;

export const CACHE_PARTS = ["key", "value"] as const;
export type CachePart = (typeof CACHE_PARTS)[number];

/**
 * What a graph does with the keys and values of the tokens that it reads:
 *
 *   none   nothing: each pass is of a whole window
 *   whole  those of earlier tokens come in, those of all tokens go out, to come in again: what other programs expect
 *   added  only those of these tokens go out; who runs the graph keeps them with the earlier ones, and copies nothing twice
 */
export const CACHE_KINDS = ["none", "whole", "added"] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];

/**
 * What the writers of a graph share, as `Pass` is what the model's layers share. Every parameter is already in `g`
 * under its own name. A writer takes names of values and returns the name of the value that it computes.
 */
export interface GraphPass {
  g: GraphWriter;
  config: ModelConfig;
  cache: CacheKind;
}

/** The linear layer of that name, with its bias if it has one: [.., I] → [.., O]. */
export const writeLinear = ({g, config}: GraphPass, name: string, x: string): string =>
  onnxOps.linear(g, name, x, `${name}.weight`, config.bias ? `${name}.bias` : null);

/** The norm of that name, as configured: [.., C] → [.., C]. */
export function writeNorm({g, config}: GraphPass, name: string, x: string): string {
  switch (config.norm) {
    case "layerNorm":
      return onnxOps.layerNorm(g, name, x, `${name}.weight`, config.bias ? `${name}.bias` : null);
    case "rmsNorm":
      return onnxOps.rmsNorm(g, name, x, `${name}.weight`);
    case "none":
      return x;
  }
}

/** The first layer of a feed-forward network and its bend: [.., I] → [.., F]. */
export function writeHidden(pass: GraphPass, name: string, x: string): string {
  const y = writeLinear(pass, `${name}.c_fc`, x);
  const {activation} = pass.config;
  if (activation !== "swiGlu") return onnxOps[activation](pass.g, `${name}.hidden`, y);
  return onnxOps.swiGlu(pass.g, `${name}.hidden`, writeLinear(pass, `${name}.c_gate`, x), y);
}

/** Scores of every token, against the token table itself or a table of the head's own: [B, T, C] → [B, T, V]. */
export function writeHead({g, config}: GraphPass, x: string): void {
  onnxOps.unembed(g, LOGITS, x, config.tiedHead ? "transformer.wte.weight" : "lm_head.weight");
}

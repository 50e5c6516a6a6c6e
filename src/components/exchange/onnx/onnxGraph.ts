import {attentionHeads, attentionLayers, type ModelConfig} from "../../model/config.js";
import {parameterShapes} from "../../model/parameters.js";
import {GraphWriter, type StoredTensor} from "./graphWriter.js";
import {writeCache} from "./onnxAttention.js";
import {writeAttentionOnly, writeBigram, writeMlp, writeNeuralBigram} from "./onnxBaselines.js";
import {
  ATTENTION_MASK,
  attentionOutput,
  type CacheKind,
  type GraphPass,
  INPUT_IDS,
  LOGITS,
  POSITION_IDS
} from "./onnxPass.js";
import {writeTransformer} from "./onnxTransformer.js";
import {type WeightFormat, writeConversions} from "./onnxWeights.js";

/** The operator set that graphs are written in: the first with LayerNormalization. */
export const OPSET = 17;

/** What a graph is to have beside logits, and how it stores its weights. */
export interface GraphOptions {
  /** What happens to keys and values, so that each token need be read only once; "none" unless `hasCache`. */
  cache: CacheKind;
  /** Whether the attention weights are outputs. */
  attention: boolean;
  weights: WeightFormat;
}

/** What other programs expect. */
export const DEFAULT_GRAPH: GraphOptions = {cache: "whole", attention: false, weights: "float32"};

/** The options as far as a model of this configuration can have them. */
export const graphOptions = (config: ModelConfig, wanted: Partial<GraphOptions> = {}): GraphOptions => {
  const {cache, attention, weights} = {...DEFAULT_GRAPH, ...wanted};
  return {
    cache: hasCache(config) ? cache : "none",
    attention: attention && attentionLayers(config) > 0,
    weights
  };
};

/**
 * Whether tokens can be read one after another with the keys and values of those before: where there are any, and where
 * no token looks ahead. The others are asked for whole windows.
 */
export const hasCache = (config: ModelConfig): boolean => config.causal && attentionLayers(config) > 0;

/** Of an architecture: heads of keys and values, and their width. */
export function cacheShape({architecture, nKvHead, nHead, nEmbd}: ModelConfig): {K: number; D: number} {
  return architecture === "transformer" ? {K: nKvHead, D: nEmbd / nHead} : {K: 1, D: nEmbd};
}

const models: Record<ModelConfig["architecture"], (pass: GraphPass) => void> = {
  transformer: writeTransformer,
  attention: writeAttentionOnly,
  mlp: writeMlp,
  neuralBigram: writeNeuralBigram,
  bigram: writeBigram
};

/**
 * The model that a configuration names as an ONNX graph; its files read as those of `model/` do.
 *
 *   input_ids      int64 [batch_size, sequence_length]
 *   attention_mask int64 [batch_size, total_sequence_length], 0 where a place is padding, which nothing attends to
 *   position_ids   int64 [batch_size, sequence_length], below blockSize; read by learned, sinusoidal and rotary positions
 *   logits         float [batch_size, sequence_length, V]
 *
 * With a cache, where `total_sequence_length` counts the tokens before and these, and else is `sequence_length`:
 *
 *   past_key_values.{i}.key|value float [batch_size, K, past_sequence_length, D], in; may be of no tokens
 *   present.{i}.key|value         float [batch_size, K, total_sequence_length, D], out, of a "whole" cache
 *   added.{i}.key|value           float [batch_size, K, sequence_length, D], out, of an "added" one
 *
 * With `attention`, one for each layer of attention, query × key:
 *
 *   attention.{i}  float [batch_size, H, sequence_length, total_sequence_length]
 *
 * Shape comments use the letters of `ModelConfig`; S is the number of keys. `stored` must be those of
 * the configuration as `storeWeights` stores them in the format that the options name; that is the caller's to check.
 */
export function onnxGraph(
  config: ModelConfig,
  stored: readonly StoredTensor[],
  {cache, attention, weights}: GraphOptions
): Pick<GraphWriter, "graph" | "tensors"> {
  const g = new GraphWriter("glassformer");
  const total = cache === "none" ? "sequence_length" : "total_sequence_length";
  g.integerInput(INPUT_IDS, ["batch_size", "sequence_length"]);
  g.integerInput(ATTENTION_MASK, ["batch_size", total]);
  g.integerInput(POSITION_IDS, ["batch_size", "sequence_length"]);
  g.output(LOGITS, ["batch_size", "sequence_length", config.vocabSize]);
  const layers = attentionLayers(config);
  writeCache({g, cache}, {layers, ...cacheShape(config)});
  if (attention)
    for (let i = 0; i < layers; i++)
      g.output(attentionOutput(i), ["batch_size", attentionHeads(config), "sequence_length", total]);
  g.tensors.push(...stored);
  writeConversions(g, parameterShapes(config), weights);
  models[config.architecture]({g, config, cache});
  return g;
}

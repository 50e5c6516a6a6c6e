import type {KernelSet} from "../ops/kernelSets.js";
import {type BatchSize, isFused} from "./activations.js";
import type {ModelConfig} from "./config.js";

/** Bytes of a float32 or int32. */
const WORD = 4;

/** Bytes of the keys and values of T tokens, for decoding one text. */
export function cacheBytes(config: ModelConfig, T = config.blockSize): number {
  const {architecture, nLayer, nHead, nKvHead, nEmbd: C} = config;
  if (architecture === "attention") return WORD * 2 * T * C;
  return architecture === "transformer" ? WORD * 2 * nLayer * T * ((nKvHead * C) / nHead) : 0;
}

/** Numbers in the largest single tensor of a training step on these kernels, and what it holds, in words. */
export function largestTensor(
  config: ModelConfig,
  batch: BatchSize,
  kernels: KernelSet
): {elements: number; what: string} {
  const {architecture, nHead: H, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {tokens: T = config.blockSize, accumulationSteps = 1} = batch;
  const B = batch.batchSize / accumulationSteps;
  const candidates = [{elements: B * T * V, what: "logits (batchSize · blockSize · vocabSize)"}];
  const hasWeights = !isFused({config, batch, kernels});
  if (architecture === "transformer" && hasWeights)
    candidates.push({elements: B * H * T * T, what: "attention weights (batchSize · nHead · blockSize²)"});
  if (architecture === "transformer")
    candidates.push(
      {elements: B * T * F, what: "feed-forward activations (batchSize · blockSize · nInner)"},
      {elements: B * T * 3 * C, what: "queries, keys and values (batchSize · blockSize · 3 · nEmbd)"}
    );
  if (architecture === "attention" && hasWeights)
    candidates.push({elements: B * T * T, what: "attention weights (batchSize · blockSize²)"});
  if (architecture === "mlp")
    candidates.push({
      elements: B * T * windowSize * C,
      what: "windows (batchSize · blockSize · windowSize · nEmbd)"
    });
  if (architecture === "bigram") candidates.push({elements: V * V, what: "counts (vocabSize²)"});
  return candidates.reduce((a, b) => (b.elements > a.elements ? b : a));
}

/** Floating-point operations of the matrix products of one pass, by part; a multiplication and an addition are two. */
export interface Flops {
  forward: {
    /** Queries, keys and values, and the projection after attention. */
    attentionLayers: number;
    /** Scores and weighted sums: the part that grows with the square of the window. */
    attention: number;
    feedForward: number;
    head: number;
    total: number;
  };
  /** Twice the forward pass: one product for the input's gradient and one for the weight's; and the token table's. */
  backward: number;
  /** With checkpointing, what the backward pass computes of the forward pass again: the blocks. */
  recomputed: number;
  total: number;
}

/** The products as they are computed, nothing skipped behind the causal mask. Exact for every configuration. */
export function flops(config: ModelConfig, batch: BatchSize): Flops {
  const {architecture, nLayer, nHead: H, nKvHead: K, nEmbd: C, nInner: F, vocabSize: V} = config;
  const {batchSize: B, tokens: T = config.blockSize} = batch;
  const N = B * T;
  const linear = (inputs: number, outputs: number) => 2 * N * inputs * outputs;
  const hidden = (inputs: number) => linear(inputs, F) * (config.activation === "swiGlu" ? 2 : 1);
  const parts = {attentionLayers: 0, attention: 0, feedForward: 0, head: linear(C, V)};
  switch (architecture) {
    case "transformer":
      parts.attentionLayers = nLayer * (linear(C, C + (2 * K * C) / H) + linear(C, C));
      parts.attention = nLayer * 2 * (2 * N * T * C);
      parts.feedForward = nLayer * (hidden(C) + linear(F, C));
      break;
    case "attention":
      parts.attentionLayers = linear(C, 3 * C) + linear(C, C);
      parts.attention = 2 * (2 * N * T * C);
      break;
    case "mlp":
      parts.feedForward = hidden(config.windowSize * C);
      parts.head = linear(F, V);
      break;
    case "neuralBigram":
      parts.feedForward = linear(C, C);
      break;
    case "bigram":
      parts.head = 0;
  }
  const forward = Object.values(parts).reduce((a, b) => a + b, 0);
  // The bigram has no backward pass but counts pairs, and every other one sums its token table's gradient, by a product.
  const table = architecture === "bigram" ? linear(V, V) : linear(V, C);
  const backward = 2 * forward + table;
  const isRecomputed = batch.gradientCheckpointing && architecture === "transformer";
  const recomputed = isRecomputed ? forward - parts.head : 0;
  return {forward: {...parts, total: forward}, backward, recomputed, total: forward + backward + recomputed};
}

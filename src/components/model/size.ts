import type {ModelConfig} from "./config.js";
import {parameterCount} from "./parameters.js";

/** Bytes of a float32 or int32. */
const WORD = 4;

/** A batch as far as sizes go. */
export interface BatchSize {
  batchSize: number;
  /** Tokens in a window; blockSize when absent. */
  tokens?: number;
  /** Whether dropout is on, by place: each keeps its mask. */
  embeddingDropout?: number;
  attentionDropout?: number;
  residualDropout?: number;
}

/** Bytes that a training step needs at the least, by what they hold. */
export interface TrainingMemory {
  parameters: number;
  gradients: number;
  /** AdamW's two running means. */
  moments: number;
  /** What the forward pass leaves for the backward pass. */
  activations: number;
  total: number;
}

/** Exact sizes of what training must hold at once; the backward pass needs some working space besides. */
export function trainingMemory(config: ModelConfig, batch: BatchSize): TrainingMemory {
  const parameters = WORD * parameterCount(config);
  const gradients = config.architecture === "bigram" ? 0 : parameters;
  const activations = WORD * keptForBackward(config, batch);
  return {
    parameters,
    gradients,
    moments: 2 * parameters,
    activations,
    total: 3 * parameters + gradients + activations
  };
}

/** Numbers that the operations of one forward pass save for their backward ones. */
function keptForBackward(config: ModelConfig, batch: BatchSize): number {
  const {architecture, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {batchSize: B, tokens: T = config.blockSize, embeddingDropout = 0} = batch;
  const N = B * T;
  // The embedding keeps its ids, the loss its logits and targets.
  const ends = N + N * V + N;
  const bend = config.activation === "swiGlu" ? 2 * F : F; // what enters the activation
  switch (architecture) {
    case "bigram":
      return 0;
    case "neuralBigram":
      return ends + 2 * N * C; // what enters the linear layer, and the head
    case "mlp": {
      const masks = embeddingDropout > 0 ? C : 0;
      return ends + N * (masks + windowSize * C + bend + F);
    }
    case "attention": {
      const masks = embeddingDropout > 0 ? C : 0;
      return ends + N * (masks + C) + keptByAttention({...config, nHead: 1}, batch);
    }
    case "transformer": {
      const norm = config.norm === "none" ? 0 : C + 1; // the normalised vectors and their divisors
      const finalNorm = config.normPlacement === "pre" ? norm : 0;
      const masks = batch.residualDropout ? C : 0;
      const feedForward = N * (C + bend + F + masks);
      const layer = 2 * N * norm + keptByAttention(config, batch) + feedForward;
      const start = embeddingDropout > 0 ? N * C : 0;
      return ends + start + config.nLayer * layer + N * (finalNorm + C);
    }
  }
}

/** Its input, queries, keys, values, weights and what enters the projection; masks where elements drop. */
function keptByAttention({nHead: H, nEmbd: C, blockSize}: ModelConfig, batch: BatchSize): number {
  const {batchSize: B, tokens: T = blockSize, attentionDropout = 0, residualDropout = 0} = batch;
  const weights = B * H * T * T * (attentionDropout > 0 ? 2 : 1);
  return 5 * B * T * C + weights + (residualDropout > 0 ? B * T * C : 0);
}

/** Bytes of the keys and values of T tokens, for decoding one text. */
export function cacheBytes(config: ModelConfig, T = config.blockSize): number {
  const {architecture, nLayer, nHead, nKvHead, nEmbd: C} = config;
  if (architecture === "attention") return WORD * 2 * T * C;
  return architecture === "transformer" ? WORD * 2 * nLayer * T * ((nKvHead * C) / nHead) : 0;
}

/** Numbers in the largest single tensor of a training step, and what it holds, in words. */
export function largestTensor(config: ModelConfig, batch: BatchSize): {elements: number; what: string} {
  const {architecture, nHead: H, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {batchSize: B, tokens: T = config.blockSize} = batch;
  const candidates = [{elements: B * T * V, what: "logits (batchSize · blockSize · vocabSize)"}];
  if (architecture === "transformer")
    candidates.push(
      {elements: B * H * T * T, what: "attention weights (batchSize · nHead · blockSize²)"},
      {elements: B * T * F, what: "feed-forward activations (batchSize · blockSize · nInner)"},
      {elements: B * T * 3 * C, what: "queries, keys and values (batchSize · blockSize · 3 · nEmbd)"}
    );
  if (architecture === "attention")
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
  return {forward: {...parts, total: forward}, backward, total: forward + backward};
}

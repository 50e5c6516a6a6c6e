import type {ModelConfig} from "./config.js";

/** A batch as far as sizes go, and how it is computed; a TrainConfig is one. */
export interface BatchSize {
  batchSize: number;
  /** Tokens in a window; blockSize when absent. */
  tokens?: number;
  /** Pieces that are computed one after another; 1 when absent. */
  accumulationSteps?: number;
  /** Whether dropout is on, by place: each keeps its mask. */
  embeddingDropout?: number;
  attentionDropout?: number;
  residualDropout?: number;
  /** Whether a transformer's blocks keep their input only. */
  gradientCheckpointing?: boolean;
  /** Documents come with a mask of their padding. */
  batching?: "windows" | "documents";
}

/**
 * Numbers that the operations of one forward pass save for their backward ones: all at once, or with checkpointing
 * those of the ends, every block's input, and what one block saves while it is computed again.
 */
export function keptForBackward(config: ModelConfig, batch: BatchSize): number {
  const {architecture, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {embeddingDropout = 0, gradientCheckpointing: isCheckpointed, batching} = batch;
  const N = places(config, batch);
  // The embedding keeps its ids, the loss its logits and targets.
  const ends = N + N * V + N;
  const masks = embeddingDropout > 0 ? C : 0;
  switch (architecture) {
    case "bigram":
      return 0;
    case "neuralBigram":
      return ends + 2 * N * C; // what enters the linear layer, and the head
    case "mlp":
      return ends + N * (masks + windowSize * C + bend(config) + F);
    case "attention":
      return ends + N * (masks + C) + keptByAttention({...config, nHead: 1}, batch);
    case "transformer": {
      const finalNorm = config.normPlacement === "pre" ? keptByNorm(config) : 0;
      const outside = ends + N * (masks + finalNorm + C);
      const block = keptByBlock(config, batch);
      if (!isCheckpointed) return outside + config.nLayer * block;
      const padding = batching === "documents" ? N : 0;
      // Where nothing is normalised first, attention saves the very tensor that entered the block.
      const isShared = config.norm === "none" || config.normPlacement === "post";
      return outside + config.nLayer * N * C + padding + block - (isShared ? N * C : 0);
    }
  }
}

function keptByBlock(config: ModelConfig, batch: BatchSize): number {
  const {nEmbd: C, nInner: F} = config;
  const masks = batch.residualDropout ? C : 0;
  const feedForward = C + bend(config) + F + masks;
  return places(config, batch) * (2 * keptByNorm(config) + feedForward) + keptByAttention(config, batch);
}

/** Its input, queries, keys, values, weights and what enters the projection; masks where elements drop. */
function keptByAttention(config: ModelConfig, batch: BatchSize): number {
  const {attentionDropout = 0, residualDropout = 0} = batch;
  const weights = attentionWeights(config, batch) * (attentionDropout > 0 ? 2 : 1);
  return places(config, batch) * config.nEmbd * (residualDropout > 0 ? 6 : 5) + weights;
}

/** The normalised vectors and their divisors, for each place. */
const keptByNorm = ({norm, nEmbd: C}: ModelConfig): number => (norm === "none" ? 0 : C + 1);

/** What enters the activation, for each place. */
const bend = ({activation, nInner: F}: ModelConfig): number => (activation === "swiGlu" ? 2 * F : F);

/** Tokens that are computed at once. */
function places(
  config: ModelConfig,
  {batchSize, tokens = config.blockSize, accumulationSteps = 1}: BatchSize
) {
  return (batchSize / accumulationSteps) * tokens;
}

const attentionWeights = (config: ModelConfig, batch: BatchSize): number =>
  config.nHead * places(config, batch) * (batch.tokens ?? config.blockSize);

/**
 * Numbers that both passes make besides, at most: gradients of intermediates, which tfjs frees only when all is done
 * (with checkpointing: when a block is), and what the operation that needs most needs for a moment.
 */
export function workingSpace(config: ModelConfig, batch: BatchSize): number {
  const {architecture, nLayer, nEmbd: C, nInner: F, vocabSize: V} = config;
  if (architecture === "bigram") return 0;
  const N = places(config, batch);
  // The loss's softmax, its targets one-hot and their difference; a norm's steps; the tables' gradients, before they
  // are one.
  const ends = 4 * N * V + 8 * N * C + V * C;
  // GELU's backward pass writes fourteen arrays, attention's five and two more where weights drop.
  const activation = 14 * N * F;
  if (architecture !== "transformer") return ends + activation + 2 * keptForBackward(config, batch);
  const attention = attentionWeights(config, batch) * (batch.attentionDropout ? 7 : 5);
  const {feedForward, selfAttention} = gradientsInBlock(config, batch);
  const block = N * (feedForward + selfAttention);
  const largest = Math.max(N * (F + 2 * C) + activation, N * (feedForward + C) + attention, block);
  return ends + (batch.gradientCheckpointing ? 0 : (nLayer - 1) * block) + largest;
}

/** Gradients of a block's intermediates, for each place. */
function gradientsInBlock(config: ModelConfig, batch: BatchSize) {
  const {nHead: H, nKvHead: K, nEmbd: C, nInner: F, position, activation, norm, residual} = config;
  const keys = (K * C) / H;
  const qkv = C + 2 * keys;
  // What enters the layer, summed with what passes it by; its mask.
  const around = (norm === "none" ? 0 : C) + (residual ? C : 0) + (batch.residualDropout ? C : 0);
  return {
    // Hidden units, what enters the activation, the layer's input; what a block computed again gives a second time.
    feedForward:
      F +
      bend(config) +
      (activation === "swiGlu" ? 3 * C : C) +
      around +
      (batch.gradientCheckpointing ? C : 0),
    // What enters the projection, the heads' outputs, queries, keys and values of every head, the layer's input;
    // queries, keys and values side by side again: as they are, padded to the whole width, and their sums.
    selfAttention: 6 * C + (K === H ? 0 : 2 * keys) + (position === "rope" ? C + keys : 0) + 4 * qkv + around
  };
}

import {isFusedAttention, type KernelSet} from "../ops/kernelSets.js";
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
  /** Mixed, WebGPU's kernels keep activations in half the bytes. */
  precision?: "float32" | "mixed";
}

/** What a number of an activation counts as, in numbers of float32. */
export const activationWidth = ({precision}: BatchSize, kernels: KernelSet): number =>
  kernels === "webgpu" && precision === "mixed" ? 0.5 : 1;

/**
 * Numbers that one forward pass leaves for the backward one: the batch, and what the operations save, all at once, or
 * with checkpointing those of the ends, every block's input, and what one block saves while it is computed again. What
 * an operation saves depends on whose kernels compute; by the definitions ("none") it is exact for every backend. In
 * mixed precision two halves count as one number; it is exact where 4 divides all widths, and more is needed elsewhere.
 */
export function keptForBackward(config: ModelConfig, batch: BatchSize, kernels: KernelSet): number {
  const {architecture, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {embeddingDropout = 0, gradientCheckpointing: isCheckpointed, batching} = batch;
  const N = places(config, batch);
  const way = {config, batch, kernels};
  const width = activationWidth(batch, kernels);
  const padding = batching === "documents" ? N : 0;
  // WebGPU's loss keeps two numbers of each place, from which the shares follow, and how many places count.
  const measures = kernels === "webgpu" ? 2 * N + 1 : 0;
  // The embedding keeps its ids, the loss its logits and targets.
  const ends = N + padding + width * N * V + N + measures;
  const masks = embeddingDropout > 0 ? maskSize(C, kernels) : 0;
  switch (architecture) {
    case "bigram":
      return 0;
    case "neuralBigram":
      return ends + width * 2 * N * C; // what enters the linear layer, and the head
    case "mlp":
      return ends + N * (masks + width * (windowSize * C + bend(config) + F));
    case "attention":
      return ends + N * (masks + width * C) + keptByAttention({...way, config: {...config, ...SINGLE}});
    case "transformer": {
      const finalNorm = config.normPlacement === "pre" ? keptByNorm(way) : 0;
      const outside = ends + N * (masks + finalNorm + width * C);
      const block = keptByBlock(way);
      if (!isCheckpointed) return outside + config.nLayer * block;
      // Where nothing is normalised first, attention saves the very tensor that entered the block, as WebGPU's norms do.
      const isShared = config.norm === "none" || config.normPlacement === "post" || kernels === "webgpu";
      return outside + width * (config.nLayer * N * C - (isShared ? N * C : 0)) + block;
    }
  }
}

/** The heads of the model that is attention alone. */
const SINGLE = {nHead: 1, nKvHead: 1};

/** A model, a batch, and whose kernels compute. */
export interface Way {
  config: ModelConfig;
  batch: BatchSize;
  kernels: KernelSet;
}

function keptByBlock(way: Way): number {
  const {config, batch, kernels} = way;
  const {nEmbd: C, nInner: F} = config;
  const masks = batch.residualDropout ? maskSize(C, kernels) : 0;
  const feedForward = activationWidth(batch, kernels) * (C + bend(config) + F) + masks;
  return places(config, batch) * (2 * keptByNorm(way) + feedForward) + keptByAttention(way);
}

/** Its input and what enters the projection; between them what `multiHeadAttention` keeps; masks where elements drop. */
function keptByAttention(way: Way): number {
  const {config, batch, kernels} = way;
  const {nHead: H, nEmbd: C} = config;
  const N = places(config, batch);
  const masks = batch.residualDropout ? maskSize(C, kernels) : 0;
  const width = activationWidth(batch, kernels);
  return N * (width * 2 * C + masks) + (isFused(way) ? keptAtOnce() : keptInSteps());

  /** Queries, keys and values side by side; on WebGPU two numbers of each row of scores, and the dropout's key. */
  function keptAtOnce(): number {
    return width * N * joinedWidth(config) + (kernels === "webgpu" ? 2 * (N * H + 1) : 0);
  }

  /** Queries, keys and values of every head, and the weights; their mask where they drop. */
  function keptInSteps(): number {
    return N * 3 * C + attentionWeights(config, batch) * (batch.attentionDropout ? 2 : 1);
  }
}

/** Whether one kernel does the whole of attention, so that its weights are never in memory together. */
export function isFused({config, batch, kernels}: Way): boolean {
  const {architecture, nEmbd, position} = config;
  const {nHead, nKvHead} = architecture === "attention" ? SINGLE : config;
  return isFusedAttention(kernels, {
    nHead,
    nKvHead,
    headSize: nEmbd / nHead,
    hasPadding: batch.batching === "documents",
    hasRotary: position === "rope"
  });
}

/** Queries, keys and values side by side, for each place. */
export const joinedWidth = ({nHead: H, nKvHead: K, nEmbd: C}: ModelConfig): number => C + (2 * K * C) / H;

/** The normalised vectors and their divisors, for each place; on WebGPU what enters, its mean and its divisor. */
const keptByNorm = ({config: {norm, nEmbd: C}, batch, kernels}: Way): number =>
  norm === "none" ? 0 : activationWidth(batch, kernels) * C + (kernels === "webgpu" ? 2 : 1);

/** The mask of so many elements: kernels of ours make it again. */
const maskSize = (elements: number, kernels: KernelSet): number => (kernels === "none" ? elements : 0);

/** What enters the activation, for each place. */
export const bend = ({activation, nInner: F}: ModelConfig): number => (activation === "swiGlu" ? 2 * F : F);

/** Tokens that are computed at once. */
export function places(
  config: ModelConfig,
  {batchSize, tokens = config.blockSize, accumulationSteps = 1}: BatchSize
) {
  return (batchSize / accumulationSteps) * tokens;
}

export const attentionWeights = (config: ModelConfig, batch: BatchSize): number =>
  config.nHead * places(config, batch) * (batch.tokens ?? config.blockSize);

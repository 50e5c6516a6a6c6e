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
}

/**
 * Numbers that one forward pass leaves for the backward one: the batch, and what the operations save, all at once, or
 * with checkpointing those of the ends, every block's input, and what one block saves while it is computed again. What
 * an operation saves depends on whose kernels compute; by the definitions ("none") it is exact for every backend.
 */
export function keptForBackward(config: ModelConfig, batch: BatchSize, kernels: KernelSet): number {
  const {architecture, nEmbd: C, nInner: F, vocabSize: V, windowSize} = config;
  const {embeddingDropout = 0, gradientCheckpointing: isCheckpointed, batching} = batch;
  const N = places(config, batch);
  const way = {config, batch, kernels};
  const padding = batching === "documents" ? N : 0;
  // WebGPU's loss keeps two numbers of each place, from which the shares follow, and how many places count.
  const measures = kernels === "webgpu" ? 2 * N + 1 : 0;
  // The embedding keeps its ids, the loss its logits and targets.
  const ends = N + padding + N * V + N + measures;
  const masks = embeddingDropout > 0 ? maskSize(C, kernels) : 0;
  switch (architecture) {
    case "bigram":
      return 0;
    case "neuralBigram":
      return ends + 2 * N * C; // what enters the linear layer, and the head
    case "mlp":
      return ends + N * (masks + windowSize * C + bend(config) + F);
    case "attention":
      return ends + N * (masks + C) + keptByAttention({...way, config: {...config, ...SINGLE}});
    case "transformer": {
      const finalNorm = config.normPlacement === "pre" ? keptByNorm(way) : 0;
      const outside = ends + N * (masks + finalNorm + C);
      const block = keptByBlock(way);
      if (!isCheckpointed) return outside + config.nLayer * block;
      // Where nothing is normalised first, attention saves the very tensor that entered the block, as WebGPU's norms do.
      const isShared = config.norm === "none" || config.normPlacement === "post" || kernels === "webgpu";
      return outside + config.nLayer * N * C + block - (isShared ? N * C : 0);
    }
  }
}

/** The heads of the model that is attention alone. */
const SINGLE = {nHead: 1, nKvHead: 1};

/** A model, a batch, and whose kernels compute. */
interface Way {
  config: ModelConfig;
  batch: BatchSize;
  kernels: KernelSet;
}

function keptByBlock(way: Way): number {
  const {config, batch, kernels} = way;
  const {nEmbd: C, nInner: F} = config;
  const masks = batch.residualDropout ? maskSize(C, kernels) : 0;
  const feedForward = C + bend(config) + F + masks;
  return places(config, batch) * (2 * keptByNorm(way) + feedForward) + keptByAttention(way);
}

/** Its input and what enters the projection; between them what `multiHeadAttention` keeps; masks where elements drop. */
function keptByAttention(way: Way): number {
  const {config, batch, kernels} = way;
  const {nHead: H, nEmbd: C} = config;
  const N = places(config, batch);
  const masks = batch.residualDropout ? maskSize(C, kernels) : 0;
  return N * (2 * C + masks) + (isFused(way) ? keptAtOnce() : keptInSteps());

  /** Queries, keys and values side by side; on WebGPU two numbers of each row of scores, and the dropout's key. */
  function keptAtOnce(): number {
    return N * joinedWidth(config) + (kernels === "webgpu" ? 2 * (N * H + 1) : 0);
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
const joinedWidth = ({nHead: H, nKvHead: K, nEmbd: C}: ModelConfig): number => C + (2 * K * C) / H;

/** The normalised vectors and their divisors, for each place; on WebGPU what enters, its mean and its divisor. */
const keptByNorm = ({config: {norm, nEmbd: C}, kernels}: Way): number =>
  norm === "none" ? 0 : C + (kernels === "webgpu" ? 2 : 1);

/** The mask of so many elements: kernels of ours make it again. */
const maskSize = (elements: number, kernels: KernelSet): number => (kernels === "none" ? elements : 0);

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
 * (with checkpointing: when a block is), what the operation that needs most needs for a moment, and what kernels borrow.
 */
export function workingSpace(config: ModelConfig, batch: BatchSize, kernels: KernelSet): number {
  const {architecture, nLayer, nEmbd: C, nInner: F} = config;
  if (architecture === "bigram") return 0;
  const N = places(config, batch);
  const way = {config, batch, kernels};
  const ends = gradientsAtEnds(way) + borrowed(config, batch, kernels);
  const kept = keptForBackward(config, batch, kernels);
  if (architecture === "neuralBigram") return ends + 2 * kept;
  if (architecture === "attention") return ends + 4 * kept;
  const activation = momentOfActivation(way);
  if (architecture === "mlp") return ends + activation + 4 * kept;
  // Attention's backward pass writes five arrays in steps, and two more where weights drop.
  const attention = isFused(way) ? 0 : attentionWeights(config, batch) * (batch.attentionDropout ? 7 : 5);
  const {feedForward, selfAttention} = gradientsInBlock(way);
  const block = N * (feedForward + selfAttention);
  const largest = Math.max(N * (F + 2 * C) + activation, N * (feedForward + C) + attention, block);
  return ends + (batch.gradientCheckpointing ? 0 : (nLayer - 1) * block) + largest;
}

/** Of what comes before and after the blocks, and of a table at both ends both gradients, while they are added. */
function gradientsAtEnds({config, batch, kernels}: Way): number {
  const {architecture, position, tiedHead, nEmbd: C, vocabSize: V} = config;
  const N = places(config, batch);
  const tables = tiedHead && architecture !== "mlp" ? 2 * V * C : 0;
  // The definitions' loss makes its softmax, its targets one-hot and their difference, and a norm its steps.
  const scaled = position === "sinusoidal" ? 2 * N * C : 0;
  return tables + (kernels === "none" ? 4 * N * V + 8 * N * C + scaled : N * V + 5 * N * C);
}

/** What an activation's backward pass writes and frees, for all places. */
function momentOfActivation({config, batch, kernels}: Way): number {
  const elements = places(config, batch) * config.nInner;
  // One kernel does it, on WebGPU from the gradient behind to that before it.
  if (kernels === "webgpu" || (kernels === "wasm" && config.activation === "gelu")) return elements;
  // The comparison, as numbers, and the product; of the others, GELU writes the most arrays.
  return (config.activation === "relu" ? 3 : 14) * elements;
}

/** Gradients of a block's intermediates, for each place. */
function gradientsInBlock(way: Way) {
  const {config, batch, kernels} = way;
  const {nHead: H, nKvHead: K, nEmbd: C, nInner: F, position, activation, norm, residual} = config;
  const keys = (K * C) / H;
  const qkv = joinedWidth(config);
  // What enters the layer, summed with what passes it by; what enters the dropout.
  const around = (norm === "none" ? 0 : C) + (residual ? C : 0) + (batch.residualDropout ? C : 0);
  // WebGPU's linear layers compute their activation and keep no gradient of what enters it.
  const bent = kernels === "webgpu" && activation !== "swiGlu" ? 0 : bend(config);
  // What enters the projection, the heads' outputs, queries, keys and values of every head, the layer's input;
  // queries, keys and values side by side again: as they are, padded to the whole width, and their sums.
  const inSteps = 6 * C + (K === H ? 0 : 2 * keys) + (position === "rope" ? C + keys : 0) + 4 * qkv;
  return {
    // Hidden units, what enters the activation, the layer's input; what a block computed again gives a second time.
    feedForward:
      F + bent + (activation === "swiGlu" ? 3 * C : C) + around + (batch.gradientCheckpointing ? C : 0),
    // At once: what enters the projection, queries, keys and values side by side, the layer's input.
    selfAttention: (isFused(way) ? 2 * C + qkv : inSteps) + around
  };
}

/** Floats that our wasm matrix product packs its sides into: SCRATCH in ops/wasm/matmul.as. */
const SCRATCH = 256 * (96 + 128) + 4 * 8;
/** Most floats that WebGPU's matrix product adds up in parts, a tile and its sums for every workgroup: see `partsOf`. */
const PARTS = 256 * 128 * (128 + 1);

/** Numbers that tfjs does not know of: what the kernel that needs most works in, at most, and tables that are kept. */
export function borrowed(config: ModelConfig, batch: BatchSize, kernels: KernelSet): number {
  const {blockSize, nEmbd: C} = config;
  const T = batch.tokens ?? blockSize;
  switch (kernels) {
    case "none":
      return 0;
    case "wasm":
      // Weights of one head and their gradient.
      return SCRATCH + 2 * T * T;
    case "webgpu":
      // Sums over places, of which norms make two for each column in 1024 parts; sines and cosines of positions.
      return Math.max(PARTS, 2 * 1024 * C) + blockSize * C;
  }
}

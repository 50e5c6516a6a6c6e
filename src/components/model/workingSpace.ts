import type {KernelSet} from "../ops/kernelSets.js";
import {
  activationWidth,
  attentionWeights,
  type BatchSize,
  bend,
  isFused,
  joinedWidth,
  keptForBackward,
  places,
  type Way
} from "./activations.js";
import type {ModelConfig} from "./config.js";

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
  const width = activationWidth(batch, kernels);
  if (architecture === "neuralBigram") return ends + 2 * kept;
  if (architecture === "attention") return ends + 4 * kept;
  const activation = momentOfActivation(way);
  if (architecture === "mlp") return ends + activation + 4 * kept;
  // Attention's backward pass writes five arrays in steps, and two more where weights drop.
  const attention = isFused(way) ? 0 : attentionWeights(config, batch) * (batch.attentionDropout ? 7 : 5);
  const {feedForward, selfAttention} = gradientsInBlock(way);
  const block = N * (feedForward + selfAttention);
  const largest = Math.max(N * (F + 2 * C) + activation, N * (feedForward + C) + attention, block);
  return ends + width * ((batch.gradientCheckpointing ? 0 : (nLayer - 1) * block) + largest);
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

import {keptForBackward} from "../../model/activations.js";
import {type ModelConfig, modelConfig} from "../../model/config.js";
import {parameterCount} from "../../model/parameters.js";
import {flops} from "../../model/size.js";
import {trainingMemory} from "../../training/memory.js";

/** A model and a batch, as far as the memory of a training step depends on them. */
export interface StepShape {
  nLayer: number;
  nEmbd: number;
  blockSize: number;
  batchSize: number;
}

/** What the forward pass leaves for the backward one, in bytes. */
export interface KeptMemory {
  /** The input of one block, [B, T, C]: what checkpointing keeps of it. */
  input: number;
  /** All else that the backward pass of one block needs. */
  inside: number;
  /** What is outside the blocks, most of it the logits, [B, T, V]; besides, ids and the last norm. */
  ends: number;
  /** All of it, with every activation kept and with checkpointing. */
  kept: number;
  checkpointed: number;
  /** Parameters, their gradients and AdamW's two means, in float32. */
  state: number;
  parameters: number;
  /** Operations that checkpointing computes a second time, as a share of a step's without it. */
  recomputedShare: number;
}

/** Bytes of a float32. */
const WORD = 4;
/** As wide as a head of GPT-2. */
const HEAD = 64;
/** GPT-2's. */
const VOCABULARY = 50257;

/** GPT-2's parts in any size, with heads of 64 where the width allows. */
export const gpt2Of = ({nLayer, nEmbd, blockSize}: StepShape): ModelConfig => ({
  ...modelConfig({nLayer, nEmbd, nHead: Math.max(1, Math.floor(nEmbd / HEAD)), nInner: 4 * nEmbd, blockSize}),
  vocabSize: VOCABULARY
});

/** Counted for this site's WebGPU kernels, whose attention keeps no weights. */
export function keptMemory(config: ModelConfig, batchSize: number): KeptMemory {
  const bytes = (nLayer: number, gradientCheckpointing: boolean) =>
    WORD * keptForBackward({...config, nLayer}, {batchSize, gradientCheckpointing}, "webgpu");
  const {nLayer, nEmbd, blockSize} = config;
  const input = WORD * batchSize * blockSize * nEmbd;
  const block = bytes(2, false) - bytes(1, false);
  const parameters = parameterCount(config);
  const {recomputed, total} = flops(config, {batchSize, gradientCheckpointing: true});
  return {
    input,
    inside: block - input,
    ends: bytes(1, false) - block,
    kept: bytes(nLayer, false),
    checkpointed: bytes(nLayer, true),
    state: WORD * 4 * parameters,
    parameters,
    recomputedShare: recomputed / (total - recomputed)
  };
}

/**
 * Bytes that checkpointing saves of a training step as this site takes it. More than activations: TensorFlow.js frees the
 * gradients of all that lies within blocks when the backward pass is done, and of a block computed again when the block is.
 */
export function savedByCheckpointing(config: ModelConfig, batchSize: number): number {
  const bytes = (gradientCheckpointing: boolean) => {
    const {total, working} = trainingMemory(config, {batchSize, gradientCheckpointing}, "webgpu");
    return total + working;
  };
  return bytes(false) - bytes(true);
}

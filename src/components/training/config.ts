/** How a model is trained; what a default is for is said beside it in `presets.ts`. */
export interface TrainConfig {
  /** Windows of blockSize tokens in one step (B). */
  batchSize: number;
  /** Optimiser steps in the whole run; the learning rate reaches its minimum at the last. */
  steps: number;
  /** AdamW's peak learning rate, reached after the warm-up. */
  learningRate: number;
  minLearningRate: number;
  warmupSteps: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled weight decay, applied to matrices only (Loshchilov & Hutter 2019). */
  weightDecay: number;
  /** Largest global norm of the gradient; larger ones are scaled down to it. */
  clipNorm: number;
  /** Steps between two estimates of the validation loss. */
  evalInterval: number;
  /** Batches of a fixed set of validation windows that each estimate averages. */
  evalBatches: number;
  seed: number;
}

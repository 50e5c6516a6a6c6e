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
  /** Shares of elements dropped in training: of the embedding, of attention weights, of what each layer adds. */
  embeddingDropout: number;
  attentionDropout: number;
  residualDropout: number;
  /** Share of every target that is spread evenly over the vocabulary (Szegedy et al. 2016). */
  labelSmoothing: number;
  /** What a row of a batch holds: a window from anywhere in the text, or one document, padded. */
  batching: "windows" | "documents";
  /** Steps between two estimates of the validation loss. */
  evalInterval: number;
  /** Batches of a fixed set of validation windows that each estimate averages. */
  evalBatches: number;
  seed: number;
}

export const batchings = ["windows", "documents"] as const satisfies TrainConfig["batching"][];

/** The numbers among the settings. */
type NumberField = Exclude<keyof TrainConfig, "batching">;

/** Allowed values of each number: least, greatest, whole numbers only? */
const limits: Record<NumberField, [min: number, max: number, whole: boolean]> = {
  batchSize: [1, 1024, true],
  steps: [1, 1_000_000, true],
  learningRate: [1e-8, 1, false],
  minLearningRate: [0, 1, false],
  warmupSteps: [0, 1_000_000, true],
  beta1: [0, 0.9999, false],
  beta2: [0, 0.99999, false],
  epsilon: [1e-12, 1e-2, false],
  weightDecay: [0, 1, false],
  clipNorm: [1e-6, 1e6, false],
  embeddingDropout: [0, 0.95, false],
  attentionDropout: [0, 0.95, false],
  residualDropout: [0, 0.95, false],
  labelSmoothing: [0, 0.95, false],
  evalInterval: [1, 1_000_000, true],
  evalBatches: [1, 10_000, true],
  seed: [0, 2 ** 32 - 1, true]
};

/** Throws RangeError with a sentence that names the field, its value and the limits. */
export function checkTrainConfig(config: TrainConfig): void {
  for (const [field, [min, max, whole]] of Object.entries(limits)) {
    const value = config[field as NumberField];
    if (typeof value !== "number" || !(value >= min && value <= max) || (whole && !Number.isInteger(value)))
      throw new RangeError(
        `${field} is ${value}; it must be a ${whole ? "whole number" : "number"} from ${min} to ${max}.`
      );
  }
  if (!batchings.includes(config.batching))
    throw new RangeError(
      `batching is ${JSON.stringify(config.batching)}; it must be one of ${batchings.join(", ")}.`
    );
}

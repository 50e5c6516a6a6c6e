/** How a model is trained; what a default is for, `defaultReasons.ts` says. */
export interface TrainConfig {
  /** Windows of blockSize tokens in one step (B). */
  batchSize: number;
  /** Pieces that a batch is computed in, one after another: their gradients add up to the whole batch's. */
  accumulationSteps: number;
  /** Optimiser steps in the whole run; the learning rate reaches its minimum at the last. */
  steps: number;
  /** How a gradient becomes a step; see `optimiser.ts`. */
  optimiser: "sgd" | "momentum" | "adam" | "adamW" | "muon";
  /** The peak learning rate, reached after the warm-up. */
  learningRate: number;
  minLearningRate: number;
  warmupSteps: number;
  /** How the learning rate moves from its peak; see `schedule.ts`. */
  schedule: "constant" | "linear" | "cosine" | "oneCycle" | "inverseSquareRoot" | "rangeTest";
  /** Share of the past in the direction of SGD with momentum, and of Muon. */
  momentum: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Applied to matrices only; decoupled from the gradient in AdamW and Muon (Loshchilov & Hutter 2019). */
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
  /** Whether every step sees the same batch: a sound model and trainer learn it by heart. */
  overfitOneBatch: boolean;
  /** Whether blocks are computed again in the backward pass instead of being kept: less memory, more time. */
  gradientCheckpointing: boolean;
  /**
   * What activations and their gradients are computed and kept in: float32, or half of that with the loss scaled, where
   * our own WebGPU kernels compute. Parameters, their gradients and what the optimiser remembers stay in float32.
   */
  precision: "float32" | "mixed";
  /** Steps between two estimates of the validation loss. */
  evalInterval: number;
  /** Batches of a fixed set of validation windows that each estimate averages. */
  evalBatches: number;
  /** Estimates in a row that may fail to better the best before the run ends; 0 lets it go to its last step. */
  patience: number;
  /** Steps between two checkpoints that are kept beside the newest; 0 keeps none. */
  checkpointInterval: number;
  seed: number;
}

/** The values that each setting of words may have. */
export const trainChoices = {
  optimiser: ["sgd", "momentum", "adam", "adamW", "muon"],
  schedule: ["constant", "linear", "cosine", "oneCycle", "inverseSquareRoot", "rangeTest"],
  batching: ["windows", "documents"],
  precision: ["float32", "mixed"]
} as const satisfies {[Field in ChoiceField]: readonly TrainConfig[Field][]};

/** The settings that are on or off. */
export const trainSwitches = ["overfitOneBatch", "gradientCheckpointing"] as const satisfies SwitchField[];

type ChoiceField = "optimiser" | "schedule" | "batching" | "precision";
type SwitchField = "overfitOneBatch" | "gradientCheckpointing";
/** The numbers among the settings. */
type NumberField = Exclude<keyof TrainConfig, ChoiceField | SwitchField>;

/** Allowed values of each number: least, greatest, whole numbers only? */
const limits: Record<NumberField, [min: number, max: number, whole: boolean]> = {
  batchSize: [1, 1024, true],
  accumulationSteps: [1, 1024, true],
  steps: [1, 1_000_000, true],
  // SGD bears rates above 1; Adam's kind breaks far below.
  learningRate: [1e-8, 10, false],
  minLearningRate: [0, 10, false],
  warmupSteps: [0, 1_000_000, true],
  momentum: [0, 0.9999, false],
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
  patience: [0, 10_000, true],
  checkpointInterval: [0, 1_000_000, true],
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
  for (const [field, values] of Object.entries(trainChoices) as [ChoiceField, readonly string[]][])
    if (!values.includes(config[field]))
      throw new RangeError(
        `${field} is ${JSON.stringify(config[field])}; it must be one of ${values.join(", ")}.`
      );
  for (const field of trainSwitches)
    if (typeof config[field] !== "boolean")
      throw new RangeError(`${field} is ${JSON.stringify(config[field])}; it must be true or false.`);
  checkTogether(config);
}

/** What no field is to blame for alone. */
function checkTogether({
  batchSize,
  accumulationSteps,
  schedule,
  learningRate,
  minLearningRate,
  warmupSteps,
  steps
}: TrainConfig): void {
  if (batchSize % accumulationSteps !== 0)
    throw new RangeError(
      `accumulationSteps is ${accumulationSteps}, which does not divide batchSize, ${batchSize}: the batch is computed in that many equal pieces.`
    );
  if (minLearningRate > learningRate)
    throw new RangeError(
      `minLearningRate is ${minLearningRate}; it must be at most learningRate, ${learningRate}.`
    );
  if (schedule === "rangeTest" && minLearningRate === 0)
    throw new RangeError(
      "minLearningRate is 0; a range test multiplies its way up from it, so it must be above 0."
    );
  if (schedule === "oneCycle" && warmupSteps >= steps)
    throw new RangeError(
      `warmupSteps is ${warmupSteps}; in a one-cycle schedule it must be less than steps, ${steps}, for the way down.`
    );
}

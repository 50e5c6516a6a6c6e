import type {ModelConfig} from "../model/config.js";
import type {TrainConfig} from "./config.js";

type TrainField = keyof TrainConfig;

/** What counting reads; everything else descends a gradient. */
const readByCounting = new Set<TrainField>([
  "batchSize",
  "steps",
  "batching",
  "evalInterval",
  "evalBatches",
  "seed"
]);
/** Dropout needs a place to drop in. */
const dropoutPlaces: Record<ModelConfig["architecture"], readonly TrainField[]> = {
  transformer: ["embeddingDropout", "attentionDropout", "residualDropout"],
  attention: ["embeddingDropout", "attentionDropout", "residualDropout"],
  mlp: ["embeddingDropout"],
  neuralBigram: [],
  bigram: []
};

/** Whether training a model of this architecture depends on this setting. */
export function isTrainFieldRead(field: TrainField, architecture: ModelConfig["architecture"]): boolean {
  if (architecture === "bigram") return readByCounting.has(field);
  return !field.endsWith("Dropout") || dropoutPlaces[architecture].includes(field);
}

const words: {[Field in TrainField]: (value: TrainConfig[Field]) => string} = {
  batchSize: (n) => `batches of ${n}`,
  steps: (n) => `${n.toLocaleString("en-GB")} steps`,
  learningRate: (x) => `learning rate ${x}`,
  minLearningRate: (x) => `least learning rate ${x}`,
  warmupSteps: (n) => `warm-up of ${n}`,
  beta1: (x) => `β₁ ${x}`,
  beta2: (x) => `β₂ ${x}`,
  epsilon: (x) => `ε ${x}`,
  weightDecay: (x) => `weight decay ${x}`,
  clipNorm: (x) => `gradients clipped at ${x}`,
  embeddingDropout: (x) => `embedding dropout ${x}`,
  attentionDropout: (x) => `attention dropout ${x}`,
  residualDropout: (x) => `residual dropout ${x}`,
  labelSmoothing: (x) => `label smoothing ${x}`,
  batching: (kind) => `batches of ${kind}`,
  evalInterval: (n) => `measured every ${n} steps`,
  evalBatches: (n) => `measured on ${n} batches`,
  seed: (n) => `seed ${n}`
};

/**
 * What of `to` differs from `from`, in words, as far as training `to`'s model reads it. A minimum or a warm-up that
 * follows from another learning rate or length is no difference of its own.
 */
export function trainDifference(
  from: TrainConfig,
  to: TrainConfig,
  architecture: ModelConfig["architecture"]
): string[] {
  const follows = (field: TrainField) =>
    (field === "minLearningRate" && from.learningRate !== to.learningRate) ||
    (field === "warmupSteps" && from.steps !== to.steps);
  return (Object.keys(words) as TrainField[])
    .filter((field) => from[field] !== to[field] && isTrainFieldRead(field, architecture) && !follows(field))
    .map((field) => words[field](to[field] as never));
}

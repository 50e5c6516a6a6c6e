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
  "patience",
  "overfitOneBatch",
  "checkpointInterval",
  "seed"
]);
/** What only some optimisers read. */
const optimiserReads: Partial<Record<TrainField, readonly TrainConfig["optimiser"][]>> = {
  momentum: ["momentum", "muon"],
  beta1: ["adam", "adamW", "muon"],
  beta2: ["adam", "adamW", "muon"],
  epsilon: ["adam", "adamW", "muon"]
};
/** Dropout needs a place to drop in. */
const dropoutPlaces: Record<ModelConfig["architecture"], readonly TrainField[]> = {
  transformer: ["embeddingDropout", "attentionDropout", "residualDropout"],
  attention: ["embeddingDropout", "attentionDropout", "residualDropout"],
  mlp: ["embeddingDropout"],
  neuralBigram: [],
  bigram: []
};

/** Whether training a model of this architecture, in this way, depends on this setting. */
export function isTrainFieldRead(
  field: TrainField,
  architecture: ModelConfig["architecture"],
  {optimiser, schedule}: Pick<TrainConfig, "optimiser" | "schedule">
): boolean {
  if (architecture === "bigram") return readByCounting.has(field);
  if (field === "gradientCheckpointing") return architecture === "transformer";
  if (field === "minLearningRate") return schedule !== "constant";
  if (field === "warmupSteps") return schedule !== "rangeTest";
  if (!(optimiserReads[field]?.includes(optimiser) ?? true)) return false;
  return !field.endsWith("Dropout") || dropoutPlaces[architecture].includes(field);
}

/** What people call them. */
export const optimiserNames: Record<TrainConfig["optimiser"], string> = {
  sgd: "SGD",
  momentum: "SGD with momentum",
  adam: "Adam",
  adamW: "AdamW",
  muon: "Muon"
};

/** What people call them. */
export const scheduleNames: Record<TrainConfig["schedule"], string> = {
  constant: "constant",
  linear: "linear",
  cosine: "cosine",
  oneCycle: "one-cycle",
  inverseSquareRoot: "inverse-square-root",
  rangeTest: "range-test"
};

const words: {[Field in TrainField]: (value: TrainConfig[Field]) => string} = {
  batchSize: (n) => `batches of ${n}`,
  accumulationSteps: (n) => `batches in ${n} ${n === 1 ? "piece" : "pieces"}`,
  steps: (n) => `${n.toLocaleString("en-GB")} steps`,
  optimiser: (name) => optimiserNames[name],
  learningRate: (x) => `learning rate ${x}`,
  minLearningRate: (x) => `least learning rate ${x}`,
  warmupSteps: (n) => `warm-up of ${n}`,
  schedule: (name) => `${scheduleNames[name]} schedule`,
  momentum: (x) => `momentum ${x}`,
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
  overfitOneBatch: (isOn) => (isOn ? "always the same batch" : "many batches"),
  gradientCheckpointing: (isOn) => (isOn ? "gradient checkpointing" : "no gradient checkpointing"),
  precision: (name) => (name === "mixed" ? "mixed precision" : "float32 throughout"),
  evalInterval: (n) => `measured every ${n} steps`,
  evalBatches: (n) => `measured on ${n} batches`,
  patience: (n) => (n === 0 ? "no early stopping" : `patience of ${n}`),
  checkpointInterval: (n) => (n === 0 ? "no checkpoints" : `a checkpoint every ${n} steps`),
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
    .filter(
      (field) => from[field] !== to[field] && isTrainFieldRead(field, architecture, to) && !follows(field)
    )
    .map((field) => words[field](to[field] as never));
}

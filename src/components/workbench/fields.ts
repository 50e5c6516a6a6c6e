import {choices, type ModelConfig, switches} from "../model/config.js";
import {type TrainConfig, trainChoices, trainSwitches} from "../training/config.js";
import {optimiserNames, scheduleNames} from "../training/trainDifference.js";

/** A setting that the form offers. */
export interface Field {
  name: ModelFieldName | TrainFieldName;
  label: string;
  /** What it is, or why to change it. */
  about: string;
  kind: "number" | "choice" | "switch";
}
export type ModelFieldName = Exclude<keyof ModelConfig, "vocabSize">;
export type TrainFieldName = keyof TrainConfig;

/** The values of each choice, with what people call them. */
export const options: {[name: string]: readonly {value: string; label: string}[]} = {
  architecture: named(choices.architecture, {
    transformer: "transformer",
    attention: "one attention head",
    mlp: "MLP with a window",
    neuralBigram: "neural bigram",
    bigram: "counted bigram"
  }),
  position: named(choices.position, {
    learned: "learned",
    sinusoidal: "sinusoidal",
    rope: "rotary (RoPE)",
    alibi: "ALiBi",
    none: "none"
  }),
  norm: named(choices.norm, {layerNorm: "LayerNorm", rmsNorm: "RMSNorm", none: "none"}),
  normPlacement: named(choices.normPlacement, {pre: "before (pre-norm)", post: "after (post-norm)"}),
  activation: named(choices.activation, {
    gelu: "GELU, by tanh",
    geluExact: "GELU, exact",
    relu: "ReLU",
    swiGlu: "SwiGLU"
  }),
  optimiser: named(trainChoices.optimiser, optimiserNames),
  // A range test is an experiment of its own, not a way to train.
  schedule: named(
    trainChoices.schedule.filter((name) => name !== "rangeTest"),
    scheduleNames
  ),
  batching: named(trainChoices.batching, {
    windows: "windows from anywhere",
    documents: "whole documents, padded"
  }),
  precision: named(trainChoices.precision, {float32: "float32", mixed: "mixed, 16 and 32 bits"})
};

function named<Value extends string>(values: readonly Value[], labels: Record<Value, string>) {
  return values.map((value) => ({value, label: labels[value]}));
}

const labels: Record<Field["name"], readonly [label: string, about: string]> = {
  architecture: ["Architecture", "The transformer, or a model from before it."],
  position: ["Positions", "How the model knows the order of what it reads."],
  norm: ["Normalisation", "Keeps numbers in range; RMSNorm leaves out the mean."],
  normPlacement: ["Placed", "Before each layer gradients flow undamped; after it is the original."],
  activation: ["Activation", "The bend in the feed-forward layer; SwiGLU adds a gate."],
  causal: ["Causal mask", "Off, each position sees what follows: it cheats."],
  residual: ["Residuals", "Off, each layer replaces its input: deep models then hardly learn."],
  bias: ["Biases", "Constants that linear layers and LayerNorm add. Newer models have none."],
  tiedHead: ["Tied head", "The output scores use the embedding table: fewer parameters."],
  nLayer: ["Layers", "Blocks, one after another."],
  nHead: ["Heads", "Of attention in each layer; must divide the width."],
  nKvHead: ["Heads of keys and values", "Fewer are shared by several heads: a smaller cache."],
  nEmbd: ["Width", "Numbers that stand for one token."],
  nInner: ["Feed-forward width", "GPT-2’s is 4 times the width."],
  blockSize: ["Context", "Tokens that the model sees at once."],
  windowSize: ["Window of the MLP", "Tokens that it sees side by side."],
  smoothing: ["Smoothing of the bigram", "Added to each count, so that no pair is impossible."],
  batchSize: ["Batch", "Windows in each step: more, less noise."],
  steps: ["Steps", "Updates in the whole run."],
  learningRate: ["Learning rate", "Size of a step at its peak. Too high, and the loss explodes."],
  optimiser: ["Optimiser", "How a gradient becomes a step."],
  schedule: ["Schedule", "How the learning rate moves after its peak."],
  minLearningRate: ["Least learning rate", "Where the schedule ends. Follows the peak unless you set it."],
  warmupSteps: ["Warm-up steps", "Over which the rate rises to its peak. A tenth of a short run."],
  momentum: ["Momentum", "Share of earlier gradients in the direction of a step."],
  beta1: ["β₁", "Share of the past in Adam’s mean of gradients."],
  beta2: ["β₂", "Share of the past in Adam’s mean of their squares."],
  epsilon: ["ε", "Keeps Adam’s steps finite where gradients are tiny."],
  accumulationSteps: ["Pieces of a batch", "Computed one after another: less memory, the same gradient."],
  overfitOneBatch: ["Overfit one batch", "Every step sees the same windows: a test of the machinery."],
  gradientCheckpointing: ["Gradient checkpointing", "Computes blocks again instead of keeping them."],
  precision: ["Precision", "Mixed keeps activations in half the memory, on WebGPU."],
  patience: ["Patience", "Estimates without improvement before the run ends; 0: never."],
  checkpointInterval: ["Checkpoint every … steps", "Kept beside the newest state; 0: none."],
  weightDecay: ["Weight decay", "Shrinks weights a little at each step."],
  clipNorm: ["Gradient clipping", "The largest norm that a gradient keeps."],
  batching: ["A batch holds", "Windows of the text, or documents between blank lines."],
  evalInterval: ["Measure every … steps", "How often the validation loss is estimated."],
  evalBatches: ["Batches of a measurement", "Of fixed validation windows: more, less noise."],
  seed: ["Seed", "Decides the initial weights and the order of batches."],
  embeddingDropout: ["Embedding dropout", "Share of the embedding set to 0 in training."],
  attentionDropout: ["Attention dropout", "Share of attention weights set to 0."],
  residualDropout: ["Residual dropout", "Share of each layer’s output set to 0."],
  labelSmoothing: ["Label smoothing", "Share of each target spread over the vocabulary."]
};

const field = (name: Field["name"]): Field => ({
  name,
  label: `${labels[name][0]} (${name})`,
  about: labels[name][1],
  kind:
    name in options
      ? "choice"
      : [...switches, ...trainSwitches].some((other) => other === name)
        ? "switch"
        : "number"
});

/** Settings that belong together; those that few readers change are folded away. */
export interface FieldGroup {
  title: string;
  fields: readonly Field[];
  isFolded?: boolean;
}

/** All settings in the order of the form. */
export const groups: readonly FieldGroup[] = [
  {
    title: "Kind of model",
    fields: (["architecture", "position", "norm", "normPlacement", "activation"] as const).map(field)
  },
  {title: "Switches", fields: switches.map(field)},
  {
    title: "Sizes",
    fields: (
      ["nLayer", "nHead", "nKvHead", "nEmbd", "nInner", "blockSize", "windowSize", "smoothing"] as const
    ).map(field)
  },
  {
    title: "Training",
    fields: (
      [
        "batchSize",
        "accumulationSteps",
        "steps",
        "optimiser",
        "learningRate",
        "schedule",
        "warmupSteps",
        "minLearningRate",
        "weightDecay",
        "clipNorm",
        "batching",
        "evalInterval",
        "patience",
        "checkpointInterval",
        "seed"
      ] as const
    ).map(field)
  },
  {title: "Modes", fields: [...trainSwitches, "precision" as const].map(field)},
  {
    title: "More of the optimiser and of measuring",
    isFolded: true,
    fields: (["momentum", "beta1", "beta2", "epsilon", "evalBatches"] as const).map(field)
  },
  {
    title: "Against learning by heart",
    fields: (["embeddingDropout", "attentionDropout", "residualDropout", "labelSmoothing"] as const).map(
      field
    )
  }
];

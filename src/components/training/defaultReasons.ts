import type {ModelConfig} from "../model/config.js";
import type {TrainConfig} from "./config.js";
import type {PresetName} from "./presets.js";

/** A setting that a preset has a value for. */
export type PresetField = Exclude<keyof ModelConfig, "vocabSize"> | keyof TrainConfig;

/** Why presets train as they do. */
export const trainingReasons: Record<keyof TrainConfig, string> = {
  batchSize: "As many windows as the machine that it is meant for computes at once; more say less and less.",
  accumulationSteps: "The whole batch at once; pieces save memory and change nothing else.",
  steps: "nanoGPT’s for its “baby GPT”; should the loss rise before the end, the best model is kept.",
  optimiser:
    "nanoGPT’s, and most language models’: it bears badly scaled gradients and decays without distorting them.",
  learningRate: "nanoGPT’s, for models of this width; a wider model bears less.",
  minLearningRate: "A tenth of the peak: nanoGPT’s rule of thumb, after Chinchilla.",
  warmupSteps:
    "Adam’s second moment is a poor estimate at first: small steps until it has seen about a hundred gradients.",
  schedule:
    "Long steps while there is far to go, ever smaller ones to settle: a cosine needs no more settings.",
  momentum: "For momentum and Muon: an average over about 20 steps (Jordan et al. 2024).",
  beta1: "An average over about 10 gradients: Adam’s own default (Kingma and Ba 2015).",
  beta2:
    "Small batches make squared gradients noisy: an average over about 100 steps instead of 20 (GPT-3’s β₂ = 0.95).",
  epsilon: "Adam’s own default: it only matters where a gradient is nearly 0.",
  weightDecay: "GPT-3’s; on matrices only, since biases and gains have nothing to shrink towards 0 for.",
  clipNorm: "GPT-3’s and nanoGPT’s; it touches only the rare very large gradient.",
  embeddingDropout:
    "A pass or two over a text of a megabyte leaves little to learn by heart: dropout would only slow it down.",
  attentionDropout: "As for the embedding.",
  residualDropout: "As for the embedding.",
  labelSmoothing: "The loss is then −ln p itself, which the floor and the measurements speak of.",
  batching: "Every token of the text is seen in every place of a window.",
  overfitOneBatch: "A test of the machinery, not a way to train.",
  gradientCheckpointing: "Time is scarcer than memory at these sizes.",
  precision: "Every engine has it, and the same curve everywhere comes before memory.",
  evalInterval: "Often enough for a smooth curve, seldom enough to cost a few per cent of the time.",
  evalBatches: "They put the standard error of the estimate near 0.01 nats.",
  patience:
    "The schedule ends the run; a loss that rises meanwhile costs nothing, since the best model is kept.",
  checkpointInterval: "The best and the newest are kept anyway; more take room in the browser.",
  seed: "nanoGPT’s; any other would do, and the same one gives the same run."
};

/** Why presets build the model that they do. */
export const modelReasons: Record<Exclude<keyof ModelConfig, "vocabSize">, string> = {
  architecture: "What this site is about; the others are there to be compared with it.",
  position: "GPT-2’s, and the plainest: a table like any other.",
  norm: "GPT-2’s.",
  normPlacement: "GPT-2’s: gradients reach every layer undamped, so that warm-up matters less.",
  activation: "GPT-2’s; smooth where ReLU has a corner.",
  causal: "Without it the model sees what it has to guess.",
  residual: "Without them a deep model hardly learns.",
  bias: "GPT-2’s; newer models do as well without.",
  tiedHead: "GPT-2’s: a small model can ill afford a second table of the vocabulary.",
  nLayer: "Enough for a second layer to look at what the first has found.",
  nHead: "Several questions at once, each still 16 numbers wide or more.",
  nKvHead: "One for each head: sharing them saves a cache that is small here anyway.",
  nEmbd: "As wide as the machine that it is meant for trains in the time that it is meant to take.",
  nInner: "Four times the width, as in the original paper and GPT-2.",
  blockSize: "A few sentences; attention’s cost grows with its square.",
  windowSize: "For the MLP: a word or so, and no more parameters than it can train.",
  smoothing: "For the counted bigram: little enough to leave its counts alone."
};

const MANY_PASSES =
  "None, as in the smaller presets; on a text that is read tens of times, nanoGPT’s 0.2 makes learning by heart harder.";

/** Where a preset has a reason of its own. */
export const presetReasons: Record<PresetName, Partial<Record<PresetField, string>>> = {
  toy: {
    learningRate: "Three times nanoGPT’s: a narrow model bears a higher rate.",
    batchSize: "Without a GPU each window costs time, and more of them say less and less.",
    steps: "Minutes on any machine; more would bring the loss further down."
  },
  "nanogpt-cpu": {
    nEmbd: "nanoGPT’s sizes for a laptop without a GPU.",
    steps: "nanoGPT’s, for minutes on such a laptop."
  },
  baby: {
    nEmbd: "nanoGPT’s “baby GPT”.",
    batchSize: "nanoGPT’s: a GPU computes many windows in the time of a few.",
    embeddingDropout: MANY_PASSES,
    evalInterval: "nanoGPT’s; a step takes longer here.",
    evalBatches: "Of 64 windows each: ten of them say as much as more small ones."
  },
  full: {
    nEmbd: "The largest whose activations, gradients and moments a tab holds.",
    learningRate: "A wider model bears a lower rate.",
    batchSize: "As many windows as a fast GPU computes at once.",
    embeddingDropout: MANY_PASSES,
    steps: "As for “baby”.",
    evalInterval: "As for “baby”.",
    evalBatches: "As for “baby”."
  }
};

/** Why a preset has the value that it has, in a sentence. */
export const reasonFor = (preset: PresetName, field: PresetField): string =>
  presetReasons[preset][field] ?? {...modelReasons, ...trainingReasons}[field];

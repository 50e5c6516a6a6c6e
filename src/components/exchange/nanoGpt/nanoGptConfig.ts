import {type ModelConfig, modelConfig} from "../../model/config.js";
import type {TrainConfig} from "../../training/config.js";

/** nanoGPT's `model_args`: what its `GPTConfig` is made from. */
export interface NanoGptModelArgs {
  n_layer: number;
  n_head: number;
  n_embd: number;
  block_size: number;
  bias: boolean;
  vocab_size: number;
  dropout: number;
}

/** The settings of nanoGPT's `train.py` that say how a run goes on. */
export interface NanoGptTrainArgs {
  /** Windows in one piece of a batch. */
  batch_size: number;
  /** Pieces of a batch, of all processes together. */
  gradient_accumulation_steps: number;
  block_size: number;
  max_iters: number;
  learning_rate: number;
  decay_lr: boolean;
  warmup_iters: number;
  lr_decay_iters: number;
  min_lr: number;
  beta1: number;
  beta2: number;
  weight_decay: number;
  grad_clip: number;
  dropout: number;
  eval_interval: number;
  eval_iters: number;
}

export interface NanoGptSettings {
  modelArgs: NanoGptModelArgs;
  trainArgs: NanoGptTrainArgs;
  /** Sentences on what nanoGPT does otherwise; empty where it does all the same. */
  differences: string[];
}

/** nanoGPT is GPT-2 with one activation and one width of the feed-forward layer. Each sentence says what it lacks. */
const lacking: [isLacking: (config: ModelConfig) => boolean, what: (config: ModelConfig) => string][] = [
  [({architecture}) => architecture !== "transformer", ({architecture}) => `architecture ${architecture}`],
  [({position}) => position !== "learned", ({position}) => `position ${position}; its positions are learned`],
  [({norm}) => norm !== "layerNorm", ({norm}) => `norm ${norm}; it has LayerNorm`],
  [({normPlacement}) => normPlacement !== "pre", () => "normPlacement post; it normalises before each layer"],
  [
    ({activation}) => activation !== "gelu" && activation !== "geluExact",
    ({activation}) => `activation ${activation}; it has GELU`
  ],
  [({causal}) => !causal, () => "causal false; it only looks back"],
  [({residual}) => !residual, () => "residual false; its layers add to their input"],
  [
    ({nHead, nKvHead}) => nKvHead !== nHead,
    ({nKvHead}) => `nKvHead ${nKvHead}; every head has keys of its own`
  ],
  [({nInner, nEmbd}) => nInner !== 4 * nEmbd, ({nInner, nEmbd}) => `nInner ${nInner}; it has 4 · ${nEmbd}`],
  [({tiedHead}) => !tiedHead, () => "tiedHead false; its head is the token table"]
];

/**
 * A run's settings in nanoGPT's words, and where it departs from them. Throws RangeError naming every part of the model
 * that nanoGPT lacks: its weights would have no place there.
 */
export function nanoGptSettings(model: ModelConfig, train: TrainConfig): NanoGptSettings {
  const missing = lacking.filter(([isLacking]) => isLacking(model)).map(([, what]) => what(model));
  if (missing.length > 0)
    throw new RangeError(`nanoGPT has no counterpart of this model's ${missing.join(", nor of ")}.`);
  const dropout = train.residualDropout;
  const {nLayer, nHead, nEmbd, blockSize, bias, vocabSize} = model;
  return {
    modelArgs: {
      n_layer: nLayer,
      n_head: nHead,
      n_embd: nEmbd,
      block_size: blockSize,
      bias,
      vocab_size: vocabSize,
      dropout
    },
    trainArgs: {
      batch_size: train.batchSize / train.accumulationSteps,
      gradient_accumulation_steps: train.accumulationSteps,
      block_size: blockSize,
      max_iters: train.steps,
      learning_rate: train.learningRate,
      decay_lr: train.schedule !== "constant",
      warmup_iters: train.warmupSteps,
      lr_decay_iters: train.steps,
      min_lr: train.minLearningRate,
      beta1: train.beta1,
      beta2: train.beta2,
      weight_decay: train.weightDecay,
      grad_clip: train.clipNorm,
      dropout,
      eval_interval: train.evalInterval,
      eval_iters: train.evalBatches
    },
    differences: [...modelDifferences(model), ...trainDifferences(train)]
  };
}

function modelDifferences({activation}: ModelConfig): string[] {
  return activation === "gelu"
    ? [
        "This model computes GELU by tanh, nanoGPT by the error function: the two differ by at most 0.0005, and the loss of the model that ships with the site by less than 0.00001. Train with activation geluExact where it matters."
      ]
    : [];
}

function trainDifferences(train: TrainConfig): string[] {
  const {optimiser, epsilon, schedule, embeddingDropout, attentionDropout, residualDropout} = train;
  const differences: string[] = [];
  const add = (differs: boolean, sentence: string) => differs && differences.push(sentence);
  add(optimiser !== "adamW", `nanoGPT has no ${optimiser}: it goes on with AdamW, which begins anew.`);
  add(epsilon !== 1e-8, `epsilon is ${epsilon}; nanoGPT's AdamW has 1e-8.`);
  add(
    schedule !== "cosine" && schedule !== "constant",
    `nanoGPT has no schedule ${schedule}: it goes on along a cosine.`
  );
  add(
    schedule === "constant" && train.warmupSteps > 0,
    "With a constant learning rate nanoGPT has no warm-up."
  );
  add(
    embeddingDropout !== residualDropout || attentionDropout !== residualDropout,
    `nanoGPT has one rate of dropout: it takes residualDropout, ${residualDropout}, everywhere.`
  );
  add(train.labelSmoothing > 0, `nanoGPT has no label smoothing; here it is ${train.labelSmoothing}.`);
  add(train.batching !== "windows", "nanoGPT trains on windows, not on documents.");
  add(train.overfitOneBatch, "nanoGPT draws a new batch for every step.");
  add(train.patience > 0, "nanoGPT does not stop early.");
  differences.push("nanoGPT draws its batches from a random state of its own, so they are others than here.");
  return differences;
}

/** The model that nanoGPT's `model_args` describe. `tiedHead` is false where the head turned out to differ from the table. */
export const configOfNanoGpt = (args: NanoGptModelArgs, tiedHead = true): ModelConfig =>
  modelConfig({
    nLayer: args.n_layer,
    nHead: args.n_head,
    nEmbd: args.n_embd,
    nInner: 4 * args.n_embd,
    blockSize: args.block_size,
    vocabSize: args.vocab_size,
    bias: args.bias,
    activation: "geluExact",
    tiedHead
  }) as ModelConfig;

/** A run's settings with those of nanoGPT's `train.py` put in; `defaults` gives what nanoGPT has no word for. */
export const trainConfigOfNanoGpt = (args: NanoGptTrainArgs, defaults: TrainConfig): TrainConfig => ({
  ...defaults,
  batchSize: args.batch_size * args.gradient_accumulation_steps,
  accumulationSteps: args.gradient_accumulation_steps,
  steps: args.max_iters,
  optimiser: "adamW",
  learningRate: args.learning_rate,
  minLearningRate: Math.min(args.min_lr, args.learning_rate),
  warmupSteps: args.warmup_iters,
  schedule: args.decay_lr ? "cosine" : "constant",
  beta1: args.beta1,
  beta2: args.beta2,
  epsilon: 1e-8,
  weightDecay: args.weight_decay,
  // nanoGPT's 0 turns clipping off.
  clipNorm: args.grad_clip || 1e6,
  embeddingDropout: args.dropout,
  attentionDropout: args.dropout,
  residualDropout: args.dropout,
  batching: "windows",
  evalInterval: args.eval_interval,
  evalBatches: args.eval_iters
});

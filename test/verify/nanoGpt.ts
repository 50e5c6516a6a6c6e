import {type Preset, presets} from "../../src/components/training/presets.js";

/** SHA-256 of nanoGPT's text, which the variable CORPUS may name. */
export const SHAKESPEARE = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed";

/** nanoGPT's “baby GPT” to the letter: config/train_shakespeare_char.py drops out a fifth and has no biases. */
export const nanoGptBaby: Preset = {
  ...presets.baby,
  model: {...presets.baby.model, bias: false},
  train: {...presets.baby.train, embeddingDropout: 0.2, attentionDropout: 0.2, residualDropout: 0.2}
};

/**
 * Losses of single batches that nanoGPT's train.py printed for that configuration, by updates done before, nats a
 * character: a run on a CPU, so in float32, that vglazer.github.io published in August 2025. Other machines' logs are
 * within 0.05 of it at the same steps, but all of them draw the same batches.
 */
export const nanoGptTraining: readonly (readonly [step: number, loss: number])[] = [
  [0, 4.2655],
  [10, 3.1338],
  [20, 2.7556],
  [30, 2.6094],
  [40, 2.5535],
  [50, 2.5237],
  [60, 2.5046],
  [70, 2.4889],
  [80, 2.4647],
  [90, 2.4586],
  [100, 2.4558],
  [110, 2.4477],
  [120, 2.4365],
  [130, 2.4185],
  [140, 2.4315],
  [150, 2.3838],
  [160, 2.3597],
  [170, 2.3292],
  [180, 2.2825],
  [190, 2.2682],
  [200, 2.2122],
  [210, 2.2021]
];

/** What its estimates on the validation text were in a run on Apple's Metal, also in float32; two more are within 0.02. */
export const nanoGptValidation: readonly (readonly [step: number, loss: number])[] = [
  [0, 4.2823],
  [250, 2.0676],
  [500, 1.7338],
  [750, 1.5935],
  [1000, 1.5204]
];

/** The least of its estimates in 5,000 updates, from its README; afterwards it learns the text by heart. */
export const NANO_GPT_BEST = 1.4697;

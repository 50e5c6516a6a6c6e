import type {ExperimentSettings} from "../../experiment/protocol.js";
import {modelConfig} from "../../model/config.js";
import {presets} from "../../training/presets.js";
import type {CorpusSource} from "../../training/protocol.js";

/**
 * Small enough for both runs to be over in half a minute without a GPU. Rotary positions let a head find "one place
 * later" within a hundred steps.
 */
export const cheatingModel = modelConfig({
  nLayer: 2,
  nHead: 4,
  nEmbd: 32,
  nInner: 128,
  blockSize: 32,
  position: "rope"
});

export const cheatingTraining = {
  ...presets.toy.train,
  batchSize: 16,
  steps: 240,
  learningRate: 1e-2,
  minLearningRate: 1e-3,
  warmupSteps: 20,
  evalInterval: 240,
  evalBatches: 4
};

/** What is compared: the same model and training, with the mask and without. */
export const cheatingRuns = [
  {name: "with the mask", causal: true},
  {name: "without the mask", causal: false}
] as const;

export const cheatingExperiment = (corpus: CorpusSource, causal: boolean): ExperimentSettings => ({
  corpus,
  model: {...cheatingModel, causal},
  train: cheatingTraining,
  sample: {interval: cheatingTraining.steps, tokens: 160, temperature: 0.8, seed: 1}
});

/** What came of one run: mean losses of neighbouring steps, and what it wrote at the end. */
export interface CheatingResult {
  name: string;
  losses: {step: number; loss: number}[];
  sample: string;
}

/** Averages each run of `group` steps, so that the curve can be read. */
export function thinLosses(losses: readonly number[], group = 8): {step: number; loss: number}[] {
  const thinned = [];
  for (let start = 0; start < losses.length; start += group) {
    const part = losses.slice(start, start + group);
    thinned.push({step: start + part.length, loss: part.reduce((sum, loss) => sum + loss, 0) / part.length});
  }
  return thinned;
}

import type {ExperimentSettings} from "../../experiment/protocol.js";
import {modelConfig} from "../../model/config.js";
import {presets} from "../../training/presets.js";
import type {CorpusSource} from "../../training/protocol.js";

/** Small enough to be over in seconds without a GPU. */
const common = {
  ...presets.toy.train,
  // Nothing to guard against: these models are too small to learn so long a text by heart.
  weightDecay: 0,
  evalBatches: 8
};

/** Embedding → linear → softmax, with fewer numbers than the table that it learns has places. */
export const neuralBigramModel = modelConfig({
  architecture: "neuralBigram",
  nLayer: 1,
  nHead: 1,
  nEmbd: 32,
  nInner: 32,
  blockSize: 32
});

export const neuralBigramTraining = {
  ...common,
  batchSize: 32,
  steps: 500,
  learningRate: 5e-2,
  minLearningRate: 1e-3,
  warmupSteps: 10,
  evalInterval: 500
};

export const neuralBigramExperiment = (corpus: CorpusSource): ExperimentSettings => ({
  corpus,
  model: neuralBigramModel,
  train: neuralBigramTraining,
  parameterInterval: 20,
  parameters: true
});

/** Two layers that see the last few tokens, as Bengio et al. (2003) had them. */
export const windowModel = modelConfig({
  architecture: "mlp",
  nLayer: 1,
  nHead: 1,
  nEmbd: 16,
  nInner: 96,
  blockSize: 32,
  windowSize: 6
});

export const windowTraining = {
  ...common,
  batchSize: 16,
  steps: 600,
  learningRate: 1e-2,
  minLearningRate: 5e-4,
  warmupSteps: 20,
  evalInterval: 600,
  evalBatches: 30
};

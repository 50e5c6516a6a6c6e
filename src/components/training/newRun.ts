import type {CorpusMeta} from "../corpus/meta.js";
import {checkModelConfig, type ModelConfig} from "../model/config.js";
import {initialise} from "../model/initialise.js";
import type {ParameterData} from "../model/parameters.js";
import {createRandom} from "../random.js";
import {checkTrainConfig, type TrainConfig} from "./config.js";
import type {Snapshot} from "./snapshot.js";

/** Keeps the order of batches independent of the number of parameters drawn before it. */
const BATCH_STREAM = 0x6261_7463;

/** The snapshot of a run before its first step. Throws RangeError where a setting is impossible. */
export function newRun(modelConfig: ModelConfig, trainConfig: TrainConfig, corpus: CorpusMeta): Snapshot {
  if (modelConfig.vocabSize === 1)
    throw new RangeError(
      `“${corpus.name}” has only one kind of character: there is nothing to predict. Use a text with at least two.`
    );
  checkModelConfig(modelConfig);
  checkTrainConfig(trainConfig);
  const {train, val} = corpus.counts;
  if (Math.min(train, val) < modelConfig.blockSize + 1)
    throw new RangeError(
      `blockSize is ${modelConfig.blockSize}, but the shorter part of “${corpus.name}” has ${Math.min(train, val)} tokens, and a window needs one more than blockSize: use a longer text or a shorter context.`
    );
  const parameters = initialise(modelConfig, createRandom(trainConfig.seed));
  return {
    version: 2,
    runId: `${corpus.sha256.slice(0, 8)}-${trainConfig.seed}-${Date.now().toString(36)}`,
    modelConfig,
    trainConfig,
    corpus,
    step: 0,
    random: createRandom(trainConfig.seed ^ BATCH_STREAM).state(),
    history: [],
    adapter: "",
    seconds: 0,
    parameters,
    firstMoments: zerosLike(parameters),
    secondMoments: zerosLike(parameters)
  };
}

function zerosLike(parameters: ParameterData): ParameterData {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, {shape, data}]) => [
      name,
      {shape, data: new Float32Array(data.length)}
    ])
  );
}

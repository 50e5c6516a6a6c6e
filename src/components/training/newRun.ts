import type {CorpusMeta} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
import {initialise} from "../model/initialise.js";
import type {ParameterData} from "../model/parameters.js";
import {createRandom} from "../random.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import {checkRun} from "./checkRun.js";
import type {TrainConfig} from "./config.js";
import {initialState} from "./moments.js";
import {newRunId} from "./runId.js";
import type {BegunFrom, Snapshot} from "./snapshot.js";

/** Keeps the order of batches independent of the number of parameters drawn before it. */
const BATCH_STREAM = 0x6261_7463;

/** What a run begins at where that is no random parameters. */
export interface Beginning {
  parameters: ParameterData;
  begunFrom: BegunFrom;
}

/**
 * The snapshot of a run before its first step, with random parameters unless it is to begin at a model's. Throws RangeError where a
 * setting is impossible, before anything is allocated; `limits` are those of the engine that will train it.
 */
export function newRun(
  modelConfig: ModelConfig,
  trainConfig: TrainConfig,
  corpus: CorpusMeta,
  limits?: DeviceLimits,
  beginning?: Beginning
): Snapshot {
  checkRun(modelConfig, trainConfig, corpus, limits);
  const parameters = beginning?.parameters ?? initialise(modelConfig, createRandom(trainConfig.seed));
  return {
    version: 3,
    runId: newRunId(corpus, trainConfig.seed),
    modelConfig,
    trainConfig,
    corpus,
    ...(beginning && {begunFrom: beginning.begunFrom}),
    step: 0,
    random: createRandom(trainConfig.seed ^ BATCH_STREAM).state(),
    history: [],
    adapter: "",
    seconds: 0,
    parameters,
    ...initialState(trainConfig.optimiser, parameters)
  };
}

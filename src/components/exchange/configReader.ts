import {checkModelConfig, choices, type ModelConfig, modelConfig} from "../model/config.js";
import {checkTrainConfig, type TrainConfig, trainChoices} from "../training/config.js";
import {trainConfigBefore2, trainConfigBefore3, trainConfigDefaults} from "../training/snapshot.js";
import type {JsonReader} from "./jsonReader.js";

/**
 * The forms in which files of ours hold a configuration; the files' own versions so far agree with them. In 1 every
 * model was GPT-2's kind and only its sizes were written; 2 names every component; 3 names the optimiser and schedule too.
 */
export type ConfigVersion = 1 | 2 | 3;

/** Throws FormatError naming the first field that is missing or impossible. */
export function readModelConfig(json: JsonReader, version: ConfigVersion): ModelConfig {
  const number = (field: keyof ModelConfig) => json.get(field).number();
  const flag = (field: keyof ModelConfig) => json.get(field).boolean();
  const config: ModelConfig =
    version === 1
      ? modelConfig({
          nLayer: number("nLayer"),
          nHead: number("nHead"),
          nEmbd: number("nEmbd"),
          nInner: number("nInner"),
          blockSize: number("blockSize"),
          vocabSize: number("vocabSize")
        })
      : {
          architecture: json.get("architecture").oneOf(choices.architecture),
          nLayer: number("nLayer"),
          nHead: number("nHead"),
          nKvHead: number("nKvHead"),
          nEmbd: number("nEmbd"),
          nInner: number("nInner"),
          blockSize: number("blockSize"),
          vocabSize: number("vocabSize"),
          position: json.get("position").oneOf(choices.position),
          norm: json.get("norm").oneOf(choices.norm),
          normPlacement: json.get("normPlacement").oneOf(choices.normPlacement),
          activation: json.get("activation").oneOf(choices.activation),
          causal: flag("causal"),
          residual: flag("residual"),
          bias: flag("bias"),
          tiedHead: flag("tiedHead"),
          windowSize: number("windowSize"),
          smoothing: number("smoothing")
        };
  json.as(() => checkModelConfig(config));
  return config;
}

/** Throws FormatError naming the first field that is missing or impossible. */
export function readTrainConfig(json: JsonReader, version: ConfigVersion): TrainConfig {
  const number = (field: keyof TrainConfig) => json.get(field).number();
  const flag = (field: keyof TrainConfig) => json.get(field).boolean();
  const addedIn2 = (): Pick<TrainConfig, keyof typeof trainConfigBefore2> => ({
    embeddingDropout: number("embeddingDropout"),
    attentionDropout: number("attentionDropout"),
    residualDropout: number("residualDropout"),
    labelSmoothing: number("labelSmoothing"),
    batching: json.get("batching").oneOf(trainChoices.batching)
  });
  const addedIn3 = (): Pick<TrainConfig, keyof typeof trainConfigBefore3> => ({
    accumulationSteps: number("accumulationSteps"),
    optimiser: json.get("optimiser").oneOf(trainChoices.optimiser),
    schedule: json.get("schedule").oneOf(trainChoices.schedule),
    momentum: number("momentum"),
    overfitOneBatch: flag("overfitOneBatch"),
    gradientCheckpointing: flag("gradientCheckpointing"),
    patience: number("patience"),
    checkpointInterval: number("checkpointInterval")
  });
  const config: TrainConfig = {
    batchSize: number("batchSize"),
    steps: number("steps"),
    learningRate: number("learningRate"),
    minLearningRate: number("minLearningRate"),
    warmupSteps: number("warmupSteps"),
    beta1: number("beta1"),
    beta2: number("beta2"),
    epsilon: number("epsilon"),
    weightDecay: number("weightDecay"),
    clipNorm: number("clipNorm"),
    ...(version < 2 ? trainConfigBefore2 : addedIn2()),
    ...(version < 3 ? trainConfigBefore3 : addedIn3()),
    precision: json.keys().includes("precision")
      ? json.get("precision").oneOf(trainChoices.precision)
      : trainConfigDefaults.precision,
    evalInterval: number("evalInterval"),
    evalBatches: number("evalBatches"),
    seed: number("seed")
  };
  json.as(() => checkTrainConfig(config));
  return config;
}

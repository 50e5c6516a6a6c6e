import type {CorpusMeta} from "../corpus/meta.js";
import {checkModelConfig, type ModelConfig} from "../model/config.js";
import {checkTrainConfig, type TrainConfig} from "../training/config.js";
import type {HistoryPoint, Snapshot} from "../training/snapshot.js";
import type {JsonReader} from "./jsonReader.js";

/**
 * How a model came to be, as it travels with the model (`run.json`). It holds no date and no path, so that
 * the same run writes the same file, but for the seconds that it took.
 */
export interface RunRecord {
  version: 1;
  seed: number;
  config: ModelConfig;
  trainConfig: TrainConfig;
  /** The text it learnt from; `floor` in nats a token, as in `CorpusMeta`. */
  corpus: Pick<CorpusMeta, "name" | "source" | "license" | "sha256" | "floor">;
  /** What computed it, for people. */
  adapter: string;
  /** Steps done, and the seconds they took. */
  steps: number;
  seconds: number;
  /** The last measured validation loss, in nats a token; null when none was. */
  validationLoss: number | null;
  history: HistoryPoint[];
}

/** The record of a run as it stands. */
export function runRecord(snapshot: Snapshot): RunRecord {
  const {name, source, license, sha256, floor} = snapshot.corpus;
  const measured = snapshot.history.findLast((point) => point.validationLoss !== null);
  return {
    version: 1,
    seed: snapshot.trainConfig.seed,
    config: snapshot.modelConfig,
    trainConfig: snapshot.trainConfig,
    corpus: {name, source, license, sha256, floor},
    adapter: snapshot.adapter,
    steps: snapshot.step,
    seconds: snapshot.seconds,
    validationLoss: measured?.validationLoss ?? null,
    history: snapshot.history.map(({step, trainLoss, validationLoss}) => ({
      step,
      trainLoss: rounded(trainLoss),
      validationLoss: rounded(validationLoss)
    }))
  };
}

/** Six digits: more than float32 knows of a loss, and a shorter file. */
const rounded = (loss: number | null): number | null => (loss === null ? null : Number(loss.toPrecision(6)));

/** Throws FormatError naming the first field that is not as `RunRecord` says. */
export function readRunRecord(json: JsonReader): RunRecord {
  const version = json.get("version").integer();
  if (version !== 1) json.get("version").fail("1; a newer version of this site wrote the file");
  return {
    version: 1,
    seed: json.get("seed").number(),
    config: readModelConfig(json.get("config")),
    trainConfig: readTrainConfig(json.get("trainConfig")),
    corpus: readCorpusFacts(json.get("corpus")),
    adapter: json.get("adapter").string(),
    steps: json.get("steps").integer(),
    seconds: json.get("seconds").number(),
    validationLoss: json.get("validationLoss").nullable((loss) => loss.number()),
    history: readHistory(json.get("history"))
  };
}

export function readModelConfig(json: JsonReader): ModelConfig {
  const config: ModelConfig = {
    nLayer: json.get("nLayer").number(),
    nHead: json.get("nHead").number(),
    nEmbd: json.get("nEmbd").number(),
    nInner: json.get("nInner").number(),
    blockSize: json.get("blockSize").number(),
    vocabSize: json.get("vocabSize").number()
  };
  json.as(() => checkModelConfig(config));
  return config;
}

export function readTrainConfig(json: JsonReader): TrainConfig {
  const config: TrainConfig = {
    batchSize: json.get("batchSize").number(),
    steps: json.get("steps").number(),
    learningRate: json.get("learningRate").number(),
    minLearningRate: json.get("minLearningRate").number(),
    warmupSteps: json.get("warmupSteps").number(),
    beta1: json.get("beta1").number(),
    beta2: json.get("beta2").number(),
    epsilon: json.get("epsilon").number(),
    weightDecay: json.get("weightDecay").number(),
    clipNorm: json.get("clipNorm").number(),
    evalInterval: json.get("evalInterval").number(),
    evalBatches: json.get("evalBatches").number(),
    seed: json.get("seed").number()
  };
  json.as(() => checkTrainConfig(config));
  return config;
}

export function readHistory(json: JsonReader): HistoryPoint[] {
  return json.array().map((point) => ({
    step: point.get("step").integer(),
    trainLoss: point.get("trainLoss").nullable((loss) => loss.number()),
    validationLoss: point.get("validationLoss").nullable((loss) => loss.number())
  }));
}

export function readCorpusFacts(json: JsonReader): RunRecord["corpus"] {
  const sha256 = json.get("sha256").string();
  if (!/^[0-9a-f]{64}$/.test(sha256)) json.get("sha256").fail("64 hexadecimal digits");
  return {
    name: json.get("name").string(),
    source: json.get("source").string(),
    license: json.get("license").string(),
    sha256,
    floor: json.get("floor").nullable((floor) => ({
      train: floor.get("train").number(),
      val: floor.get("val").number()
    }))
  };
}

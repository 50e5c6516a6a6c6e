import type {CorpusMeta} from "../corpus/meta.js";
import {readCorpusMeta} from "../corpus/readCorpus.js";
import {type ModelConfig, modelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {RandomState} from "../random.js";
import type {TrainConfig} from "./config.js";

/** One point of the loss curves. Losses in nats a token; `validationLoss` only where it was measured. */
export interface HistoryPoint {
  step: number;
  trainLoss: number | null;
  validationLoss: number | null;
}

/** A run at rest: everything needed to continue it as if it had never stopped. */
export interface Snapshot {
  version: 2;
  /** Names the run; a new run has a new one. */
  runId: string;
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  corpus: CorpusMeta;
  /** Steps done. */
  step: number;
  random: RandomState;
  history: HistoryPoint[];
  /** What computed it, for people: "wasm", "webgpu (apple m2)". */
  adapter: string;
  /** Seconds of training so far. */
  seconds: number;
  parameters: ParameterData;
  firstMoments: ParameterData;
  secondMoments: ParameterData;
}

/** A snapshot without its arrays: enough to show what the run is and how far it has come. */
export type RunSummary = Omit<Snapshot, "parameters" | "firstMoments" | "secondMoments">;

export function summarise({parameters, firstMoments, secondMoments, ...summary}: Snapshot): RunSummary {
  return summary;
}

/** What the fields that version 1 did not have meant there. */
export const trainConfigBefore2 = {
  embeddingDropout: 0,
  attentionDropout: 0,
  residualDropout: 0,
  labelSmoothing: 0,
  batching: "windows"
} as const satisfies Partial<TrainConfig>;

/** A stored run of this or an older version, as of this one; null where it comes from a newer one. */
export function upgrade<Stored extends RunSummary>(stored: Stored): Stored | null {
  const version: number = stored.version;
  if (version === 2) return stored;
  if (version !== 1) return null;
  return {
    ...stored,
    version: 2,
    modelConfig: modelConfig(stored.modelConfig),
    trainConfig: {...trainConfigBefore2, ...stored.trainConfig},
    corpus: readCorpusMeta(stored.corpus)
  };
}

import type {CorpusMeta} from "../corpus/meta.js";
import type {ModelConfig} from "../model/config.js";
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
  version: 1;
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

import type {CorpusMeta} from "../corpus/meta.js";
import {readCorpusMeta} from "../corpus/readCorpus.js";
import {type ModelConfig, modelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {LossScaleState} from "../ops/lossScaleState.js";
import type {RandomState} from "../random.js";
import type {TrainConfig} from "./config.js";

/** One point of the loss curves. Losses in nats a token; `validationLoss` only where it was measured. */
export interface HistoryPoint {
  step: number;
  trainLoss: number | null;
  validationLoss: number | null;
  /** Before clipping. Absent, like `seconds`, where it was not recorded. */
  gradientNorm?: number;
  /** Seconds of training until this step began. */
  seconds?: number;
}

/** A model that a run began at instead of at random parameters. */
export interface BegunFrom {
  /** Of the file or folder that it was opened from, for people. */
  name: string;
  /** `parametersSha256` of its parameters. */
  sha256: string;
}

/** A run at rest: everything needed to continue it as if it had never stopped. */
export interface Snapshot {
  version: 3;
  /** Names the run; a new run has a new one. */
  runId: string;
  modelConfig: ModelConfig;
  trainConfig: TrainConfig;
  corpus: CorpusMeta;
  /** Absent where the run began at the random parameters of its seed. */
  begunFrom?: BegunFrom;
  /** Steps done. */
  step: number;
  random: RandomState;
  history: HistoryPoint[];
  /** What computed it, for people: "wasm", "webgpu (apple m2)". */
  adapter: string;
  /**
   * On WebGPU: which way of working was chosen for each of our kernels, by the kernel's name and sizes. Going on with
   * the same ones adds in the same order. Absent where nothing was chosen.
   */
  tuning?: Record<string, string>;
  /** In mixed precision, the factor of the loss. Absent where it is not used. */
  lossScale?: LossScaleState;
  /** Seconds of training so far. */
  seconds: number;
  /** What the reader has written about the run, as `tidyNotes` leaves it. Absent where that is nothing. */
  notes?: string;
  parameters: ParameterData;
  /** What the optimiser remembers, of the parameters that it keeps something for; see `optimiser.ts`. */
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

/** What the fields that version 2 did not have meant there. */
export const trainConfigBefore3 = {
  accumulationSteps: 1,
  optimiser: "adamW",
  schedule: "cosine",
  momentum: 0.95,
  overfitOneBatch: false,
  gradientCheckpointing: false,
  patience: 0,
  checkpointInterval: 0
} as const satisfies Partial<TrainConfig>;

/** What a field means that was added to version 3 later, where it is absent. */
export const trainConfigDefaults = {precision: "float32"} as const satisfies Partial<TrainConfig>;

/** A stored run of this or an older version, as of this one; null where it comes from a newer one. */
export function upgrade<Stored extends RunSummary>(stored: Stored): Stored | null {
  const version: number = stored.version;
  switch (version) {
    case 3:
      return {...stored, trainConfig: {...trainConfigDefaults, ...stored.trainConfig}};
    case 2:
      return {
        ...stored,
        version: 3,
        trainConfig: {...trainConfigDefaults, ...trainConfigBefore3, ...stored.trainConfig}
      };
    case 1:
      return {
        ...stored,
        version: 3,
        modelConfig: modelConfig(stored.modelConfig),
        trainConfig: {
          ...trainConfigDefaults,
          ...trainConfigBefore2,
          ...trainConfigBefore3,
          ...stored.trainConfig
        },
        corpus: readCorpusMeta(stored.corpus)
      };
    default:
      return null;
  }
}

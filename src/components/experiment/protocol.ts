import type {CorpusMeta} from "../corpus/meta.js";
import type {ReceiptText} from "../exchange/receipt.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {TokenizerFile} from "../text/tokenizer.js";
import type {TrainConfig} from "../training/config.js";
import type {GradientCheck, GradientCheckRow} from "../training/gradientCheck.js";
import type {GivenModelFile, RunSource} from "../training/protocol.js";
import type {BegunFrom} from "../training/snapshot.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";

/** A short training run that a page makes to show or to find out something. Its model is stored nowhere. */
export interface ExperimentSettings {
  corpus: RunSource;
  model: Omit<ModelConfig, "vocabSize">;
  train: TrainConfig;
  /** The engine; WebAssembly when absent, which starts at once and is the same everywhere. */
  backend?: WantedBackend;
  /** Measures the norm of every parameter's gradient each so many steps, the first included. */
  gradientInterval?: number;
  /** Writes a sample each so many steps, and after the last. */
  sample?: {interval: number; tokens: number; temperature: number; seed: number};
  /** Sends the parameters after the last step. */
  parameters?: boolean;
  /** Compares the gradient of one parameter with differences of the loss, on the first batch, and takes no step. */
  gradientCheck?: {parameter: string; count: number};
  /** Sends them each so many steps too, the first included. */
  parameterInterval?: number;
  /** Trains as a run of the reader's does, so that the same comes out bit for bit, and only on the text of a receipt. */
  replay?: {
    text: ReceiptText;
    /** As in `Snapshot`. */
    tuning?: Record<string, string>;
    /** The model to begin at, and which one it must be, where the receipt's run began at one. */
    begin?: {at: GivenModelFile; as: BegunFrom};
    /** Updates after which to end. */
    until: number;
  };
}

/** From the page to the worker. A new experiment ends the one before. */
export type ExperimentRequest = {type: "run"; id: number; settings: ExperimentSettings} | {type: "stop"};

/** From the worker to the page; `id` is that of the experiment that it is about. */
export type ExperimentReport = {id: number} & (
  | {
      type: "started";
      config: ModelConfig;
      adapter: string;
      tokenizer: TokenizerFile;
      text: Pick<CorpusMeta, "name" | "sha256" | "counts">;
    }
  /** Kernels are being compiled before the first step of a replay. */
  | {type: "compiling"; done: number; total: number}
  | {type: "step"; step: number; loss: number; gradientNorm: number | null}
  | {type: "evaluated"; step: number; validationLoss: number}
  /** Euclidean norms by parameter name, of the gradient of a batch. */
  | {type: "gradients"; step: number; norms: Record<string, number>}
  | {type: "sample"; step: number; text: string}
  | {type: "parameters"; step: number; parameters: ParameterData}
  | {type: "checking"; row: GradientCheckRow; done: number; total: number}
  | {type: "checked"; check: GradientCheck}
  /** `unmixed` says why a replay in mixed precision was computed in float32. */
  | {type: "ended"; step: number; isComplete: boolean; unmixed?: string}
  /** `isDiverged` where training went out of range, which says something about its settings and no more. */
  | {type: "failed"; message: string; isDiverged?: boolean}
);

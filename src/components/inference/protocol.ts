import type {Outcomes, OutcomeWindows} from "../evaluation/outcomes.js";
import type {GraphOptions} from "../exchange/onnx/onnxGraph.js";
import type {SamplingOptions} from "../generation/distribution.js";
import type {ModelConfig} from "../model/config.js";
import type {Trace} from "./languageModel.js";
import type {Provider} from "./ort.js";

/** How far a download is; `total` is null where the server does not tell the size of what it sends. */
export interface LoadProgress {
  part: "model" | "runtime";
  loadedBytes: number;
  totalBytes: number | null;
  /** What the reader should know of it, such as that the browser has no room to keep the file. */
  remark?: string;
}

/** What computes: one of them, or whichever is the faster here. */
export type ProviderChoice = Provider | "fastest";

/** From the page to the worker. One model lives in a worker; it ends with the worker. */
export type Request =
  | {type: "open"; model: Uint8Array | string; graph: Partial<GraphOptions>; provider: ProviderChoice}
  | {type: "trace"; ids: Uint16Array; attention: boolean}
  | {type: "score"; ids: Uint16Array; batch: number}
  /** Reads on in a text; the first to name a number begins the reading of that number. */
  | {type: "read"; reading: number; ids: Uint16Array}
  | {type: "forget"; reading: number}
  /** Begins to write a text, of which "written" then tells, while other requests are answered in between. */
  | {
      type: "write";
      writing: number;
      prompt: Uint16Array;
      options: SamplingOptions;
      seed: number;
      steps: number;
    }
  /** Ends a text after the token in hand. */
  | {type: "stop"; writing: number}
  | KeepingRequest;

/** What is asked of scores that stay in the worker. */
export type KeepingRequest =
  /** Reads a window; the scores for its last tokens' successors, `targets`, are kept under a text's number. */
  | {type: "keep"; text: number; ids: Uint16Array; targets: Uint16Array}
  /** How a text's tokens surprise under these options. */
  | {type: "surprise"; text: number; options: SamplingOptions}
  | {type: "drop"; text: number}
  /** Reads windows and sums up what it says of each place. */
  | {type: "predict"; windows: OutcomeWindows};

/** The next tokens of a text that the worker writes, as many as a frame brings. Answers no request. */
export interface Written {
  type: "written";
  writing: number;
  /** [n, V], row-major: what each token was drawn from. */
  logits: Float32Array;
  /** [n, V]: each row's ranking. */
  ranked: Uint16Array;
  /** Whether these are the last. */
  isEnd: boolean;
  /** Why there are no more, where that is a failure. */
  error?: {name: string; message: string};
}

/** From the worker to the page. Every request is answered, in order, by its own kind or by "failed". */
export type Reply =
  | {type: "progress"; progress: LoadProgress}
  | {type: "opened"; config: ModelConfig; decodes: boolean; fileBytes: number; provider: Provider}
  | {type: "traced"; trace: Trace}
  | {type: "scored"; logits: Float32Array}
  | {type: "read"; logits: Float32Array}
  | {type: "forgotten"}
  | {type: "writing"}
  | Written
  | {type: "stopped"}
  | {type: "kept"}
  | {type: "surprised"; nats: Float64Array}
  | {type: "dropped"}
  | {type: "predicted"; outcomes: Outcomes}
  | {type: "failed"; error: {name: string; message: string}};

/** The end of a channel that both sides talk through: a Worker, a worker's own global, a MessagePort. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

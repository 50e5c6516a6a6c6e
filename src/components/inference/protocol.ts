import type {ModelConfig} from "../model/config.js";
import type {Trace} from "./languageModel.js";

/** How far a download is; `total` is null where the server does not tell the size of what it sends. */
export interface LoadProgress {
  part: "model" | "runtime";
  loadedBytes: number;
  totalBytes: number | null;
}

/** From the page to the worker. One model lives in a worker; it ends with the worker. */
export type Request =
  | {type: "open"; model: Uint8Array | string}
  | {type: "trace"; ids: Uint16Array; attention: boolean}
  | {type: "score"; ids: Uint16Array; batch: number};

/** From the worker to the page. Every request is answered, in order, by its own kind or by "failed". */
export type Reply =
  | {type: "progress"; progress: LoadProgress}
  | {type: "opened"; config: ModelConfig}
  | {type: "traced"; trace: Trace}
  | {type: "scored"; logits: Float32Array}
  | {type: "failed"; error: {name: string; message: string}};

/** The end of a channel that both sides talk through: a Worker, a worker's own global, a MessagePort. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

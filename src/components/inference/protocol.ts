import type {GraphOptions} from "../exchange/onnxGraph.js";
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
  | {type: "forget"; reading: number};

/** From the worker to the page. Every request is answered, in order, by its own kind or by "failed". */
export type Reply =
  | {type: "progress"; progress: LoadProgress}
  | {type: "opened"; config: ModelConfig; decodes: boolean; fileBytes: number; provider: Provider}
  | {type: "traced"; trace: Trace}
  | {type: "scored"; logits: Float32Array}
  | {type: "read"; logits: Float32Array}
  | {type: "forgotten"}
  | {type: "failed"; error: {name: string; message: string}};

/** The end of a channel that both sides talk through: a Worker, a worker's own global, a MessagePort. */
export interface Channel {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

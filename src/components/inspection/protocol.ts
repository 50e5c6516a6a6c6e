import type {Failure} from "../inference/workerQueue.js";
import type {ModelConfig} from "../model/config.js";
import type {Inspection, InspectOptions} from "../model/tensorModel.js";

/** From the page to the worker: a model of ours by its URL or as bytes, then questions about its insides. */
export type InspectionRequest =
  | {type: "open"; model: Uint8Array | string}
  | ({type: "inspect"; ids: Uint16Array} & InspectOptions);

/** From the worker to the page, in order. */
export type InspectionReply =
  | {type: "progress"; loadedBytes: number; totalBytes: number | null}
  | {type: "opened"; config: ModelConfig}
  | {type: "inspected"; inspection: Inspection}
  | Failure;

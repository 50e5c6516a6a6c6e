import type {Failure} from "../inference/workerQueue.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {Inspection, InspectOptions, Sensitivity} from "../model/tensorModel.js";

/** A model of ours: an ONNX file by its URL or as bytes, or a configuration with its parameters. */
export type InspectedModel = string | Uint8Array | {config: ModelConfig; parameters: ParameterData};

/** From the page to the worker: a model, then questions about its insides. */
export type InspectionRequest =
  | {type: "open"; model: InspectedModel}
  | ({type: "inspect"; ids: Uint16Array} & InspectOptions)
  | {type: "sensitivity"; ids: Uint16Array; targets: Uint16Array};

/** From the worker to the page, in order. */
export type InspectionReply =
  | {type: "progress"; loadedBytes: number; totalBytes: number | null}
  | {type: "opened"; config: ModelConfig}
  | {type: "inspected"; inspection: Inspection}
  | {type: "sensed"; sensitivity: Sensitivity}
  | Failure;

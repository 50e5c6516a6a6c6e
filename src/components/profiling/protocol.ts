import type {PresetName} from "../training/presets.js";
import type {ProfileProgress} from "./measureProfile.js";
import type {ProfileRecord} from "./profileRecord.js";

/** From the page to the worker: measure a step of these sizes. A worker measures once and is then ended. */
export interface ProfileRequest {
  preset: PresetName;
  batchSize: number;
}

/** From the worker to the page. */
export type ProfileReport =
  | {type: "started"; adapter: string}
  | {type: "progress"; progress: ProfileProgress}
  | {type: "measured"; record: ProfileRecord}
  | {type: "failed"; message: string};

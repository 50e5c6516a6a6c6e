import type {Corpus} from "../corpus/meta.js";
import type {BackendChoice} from "../webgpu/chooseBackend.js";
import type {DeviceLimits} from "../webgpu/deviceLimits.js";
import type {WantedBackend} from "../webgpu/wantedBackend.js";
import type {LoadingHooks} from "./loadCorpus.js";
import type {Report, RunSource} from "./protocol.js";
import type {StorageUse} from "./storageUse.js";
import type {RunStore} from "./store.js";

/** What a session needs of the place it runs in; injected so that it can be tested without a browser. */
export interface SessionPlace {
  post(report: Report, transfer?: Transferable[]): void;
  store(): Promise<RunStore>;
  storageUse(): Promise<StorageUse>;
  chooseBackend(wanted: WantedBackend): Promise<BackendChoice>;
  /** Of the backend that was chosen last. */
  deviceLimits(): DeviceLimits;
  onDeviceFailure(callback: (message: string) => void): void;
  loadCorpus(source: RunSource, blockSize: number, hooks: LoadingHooks): Promise<Corpus>;
  /** Claims the right to train for this tab; false when another tab has it. */
  claim(): Promise<boolean>;
  yieldToOthers(): Promise<void>;
  now(): number;
}

import {CorpusCache} from "../corpus/corpusCache.js";
import {chooseBackend} from "../webgpu/chooseBackend.js";
import {onDeviceFailure} from "../webgpu/deviceFailure.js";
import {deviceLimits} from "../webgpu/deviceLimits.js";
import {loadCorpus} from "./loadCorpus.js";
import {nextTask} from "./nextTask.js";
import type {Command} from "./protocol.js";
import {TrainingSession} from "./session.js";
import {storageUse} from "./storageUse.js";
import {RunStore} from "./store.js";

/** Bytes of tokens kept: those of texts of up to a quarter of a gigabyte. */
const CACHE_LIMIT = 500_000_000;

/** The training worker: connects a session to this worker's messages, storage, clock and locks. */
const worker = self as unknown as DedicatedWorkerGlobalScope;

let store: RunStore | null = null;

const session = new TrainingSession({
  post: (report, transfer = []) => worker.postMessage(report, transfer),
  store: async () => {
    if (!store?.isOpen) store = await RunStore.open();
    return store;
  },
  storageUse,
  chooseBackend,
  deviceLimits,
  onDeviceFailure,
  loadCorpus: (source, blockSize, hooks) =>
    loadCorpus(source, blockSize, {...hooks, openCache: () => CorpusCache.open({limit: CACHE_LIMIT})}),
  claim: once(claimTraining),
  yieldToOthers: nextTask,
  now: () => performance.now()
});

worker.onmessage = ({data}: MessageEvent<Command>) => void session.handle(data);

/** One tab trains at a time, for there is one stored run. The lock is held until this worker ends. */
function claimTraining(): Promise<boolean> {
  // Pages that are not served securely have no locks; the store still refuses to mix two runs.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request("glassformer-training", {ifAvailable: true}, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      })
      .catch(reject);
  });
}

/** Remembers a success; a refusal is asked again. */
function once(ask: () => Promise<boolean>): () => Promise<boolean> {
  let granted = false;
  return async () => {
    granted ||= await ask();
    return granted;
  };
}

import type {CheckpointFacts, CheckpointKey} from "../training/keptCheckpoints.js";
import type {KeptRun} from "../training/shelf.js";
import type {RunSummary} from "../training/snapshot.js";
import {storageUse} from "../training/storageUse.js";
import {RunStore} from "../training/store.js";
import {type RunState, storedState} from "./runState.js";

/** What the page reads and changes in the browser's store by itself, without the worker that trains. */

async function withStore<T>(work: (store: RunStore) => Promise<T>): Promise<T> {
  const store = await RunStore.open();
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** How a stored run stands, with the shelf and the checkpoints. Rejects with StorageError. */
export const readStored = (): Promise<RunState> =>
  withStore(async (store) => ({
    ...storedState(await store.summary(), await store.kept()),
    ...(await checkpointsIn(store))
  }));

/** The choices of kernels of the stored run, where it is the one named and has any. */
export const storedTuning = (runId: string): Promise<RunSummary["tuning"]> =>
  withStore(async (store) => {
    const stored = await store.summary();
    return stored?.runId === runId ? stored.tuning : undefined;
  });

/** The shelf, after `removed` is taken from it where it is given. */
export const readShelf = (removed?: string): Promise<KeptRun[]> =>
  withStore(async (store) => {
    if (removed !== undefined) await store.remove(removed);
    return store.kept();
  });

/** What the reader has written about a run. */
export const readNotes = (runId: string): Promise<string> => withStore((store) => store.notes(runId));

export const writeNotes = (runId: string, text: string): Promise<void> =>
  withStore((store) => store.writeNotes(runId, text));

/** What is kept after a checkpoint is deleted. */
export const removeCheckpoint = (key: CheckpointKey): Promise<Pick<RunState, "checkpoints" | "use">> =>
  withStore(async (store) => {
    await store.checkpoints.remove(key);
    return checkpointsIn(store);
  });

async function checkpointsIn(
  store: RunStore
): Promise<{checkpoints: CheckpointFacts[]} & Pick<RunState, "use">> {
  return {checkpoints: await store.checkpoints.list(), use: await storageUse()};
}

/** A checkpoint, or the stored run itself, and its text as one file. */
export const storedFile = (checkpoint?: CheckpointFacts): Promise<{file: Blob; step: number}> =>
  withStore(async (store) => {
    const snapshot = checkpoint ? await store.checkpoints.read(checkpoint) : await store.snapshot();
    const tokens = await store.tokens();
    if (!snapshot || tokens?.runId !== snapshot.runId)
      throw new Error("this browser no longer has the run: another tab has begun one.");
    const [notes, {writeRunFile}] = await Promise.all([
      store.notes(snapshot.runId),
      import("../exchange/runFile.js")
    ]);
    return {file: writeRunFile({...snapshot, ...(notes && {notes})}, tokens), step: snapshot.step};
  });

import {type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB} from "idb";
import type {StoredTokens} from "../corpus/storedTokens.js";
import {messageOf} from "../errorMessage.js";
import type {CheckpointFacts} from "./keptCheckpoints.js";
import type {KeptRun} from "./shelf.js";
import type {RunSummary} from "./snapshot.js";
import type {StoredSnapshot} from "./storedSnapshot.js";

type StoredKey = [runId: string, step: number, kind: string];

/** Where the reader's own run lives between pages and visits. */
interface RunSchema extends DBSchema {
  snapshot: {key: "current"; value: StoredSnapshot};
  /** The same without arrays, so that a page can show the run without reading megabytes. */
  summary: {key: "current"; value: RunSummary};
  /** The tokens of the run's corpus, written once when the run begins. */
  tokens: {key: "current"; value: {runId: string; train: StoredTokens; val: StoredTokens}};
  /** Curves of earlier runs, by runId; since version 2. */
  shelf: {key: string; value: KeptRun};
  /** Checkpoints of the run, each as the file that it would be; since version 3. */
  checkpoints: {key: StoredKey; value: Blob};
  /** What a table shows of them, without the arrays. */
  checkpointFacts: {key: StoredKey; value: CheckpointFacts};
  /** What the reader has written about the run and those on the shelf, by runId; since version 4. */
  notes: {key: string; value: string};
}

export type RunDatabase = IDBPDatabase<RunSchema>;

const VERSION = 4;
export const STORES = [
  "snapshot",
  "summary",
  "tokens",
  "shelf",
  "checkpoints",
  "checkpointFacts",
  "notes"
] as const;

/** A transaction over everything. */
export type Change = IDBPTransaction<RunSchema, typeof STORES, "readwrite">;

/** The browser refused to store: its quota is used up, or the reader forbids storage. */
export class StorageError extends Error {
  override readonly name: string = "StorageError";
}

/** The quota is used up: there may be room again when something is deleted. */
export class StorageFullError extends StorageError {
  override readonly name = "StorageFullError";
}

/** `onClose` is called when the browser, another tab or the reader takes the database away. */
export const openDatabase = (name: string, onClose: () => void): Promise<RunDatabase> =>
  openDB<RunSchema>(name, VERSION, {
    upgrade(db, before) {
      if (before < 1)
        for (const name of ["snapshot", "summary", "tokens"] as const) db.createObjectStore(name);
      if (before < 2) db.createObjectStore("shelf");
      if (before < 3)
        for (const name of ["checkpoints", "checkpointFacts"] as const) db.createObjectStore(name);
      if (before < 4) db.createObjectStore("notes");
    },
    // Another tab deletes or upgrades the database, or the reader clears the site's data: let go of it.
    blocking: onClose,
    terminated: onClose
  });

/** One transaction: all that `work` asks for happens, or nothing. Rejects with StorageError. */
export function change(
  database: RunDatabase,
  verb: string,
  work: (transaction: Change) => Promise<unknown> | Promise<unknown>[]
): Promise<void> {
  return refuse(verb, async () => {
    const transaction = database.transaction(STORES, "readwrite");
    transaction.done.catch(() => {}); // met below
    try {
      await Promise.all([work(transaction)].flat());
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // The browser has ended it; why, only the transaction knows: its requests say "aborted".
      }
      throw transaction.error ?? error;
    }
    await transaction.done;
  });
}

/** What the browser says, as StorageError with a sentence for people; `verb` is what could not be done. */
export async function refuse<T>(verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StorageError) throw cause;
    const name = cause instanceof DOMException ? cause.name : "";
    if (name === "VersionError")
      throw new StorageError(
        "A newer version of this site has stored runs in this browser: reload the page to get that version.",
        {cause}
      );
    if (name === "QuotaExceededError")
      throw new StorageFullError(
        "This browser's storage for the site is full, so the run cannot be saved: free some space, or export the model before leaving the page.",
        {cause}
      );
    throw new StorageError(
      `The browser's storage could not be ${verb} (${messageOf(cause)}): the run lives only in this tab.`,
      {cause}
    );
  }
}

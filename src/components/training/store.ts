import {type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB} from "idb";
import {readTokens, type StoredTokens, storeTokens} from "../corpus/storedTokens.js";
import {messageOf} from "../errorMessage.js";
import {type KeptRun, keepable, readShelf, shelve} from "./shelf.js";
import {type RunSummary, type Snapshot, summarise, upgrade} from "./snapshot.js";

/** Where the reader's own run lives between pages and visits. */
interface RunDatabase extends DBSchema {
  snapshot: {key: "current"; value: Snapshot};
  /** The same without arrays, so that a page can show the run without reading megabytes. */
  summary: {key: "current"; value: RunSummary};
  /** The tokens of the run's corpus, written once when the run begins. */
  tokens: {key: "current"; value: {runId: string; train: StoredTokens; val: StoredTokens}};
  /** Curves of earlier runs, by runId; since version 2. */
  shelf: {key: string; value: KeptRun};
}

const VERSION = 2;
const STORES = ["snapshot", "summary", "tokens", "shelf"] as const;
type Change = IDBPTransaction<RunDatabase, typeof STORES, "readwrite">;

export interface RunTokens {
  runId: string;
  train: Uint16Array;
  val: Uint16Array;
}

/** The browser refused to store: its quota is used up, or the reader forbids storage. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

/**
 * The one run that this browser keeps for the reader, in IndexedDB, and a shelf with the curves of those before it.
 * A snapshot is replaced whole in one transaction, so that a crash leaves the one before. Methods reject with
 * StorageError where the browser refuses.
 */
export class RunStore {
  /** False once the browser or `close` has ended the connection: open another. */
  isOpen = true;

  private constructor(
    private readonly database: IDBPDatabase<RunDatabase>,
    private readonly now: () => number
  ) {}

  static async open(name = "glassformer", now: () => number = Date.now): Promise<RunStore> {
    return refuse("opened", async () => {
      let store: RunStore | null = null;
      const database = await openDB<RunDatabase>(name, VERSION, {
        upgrade(db, before) {
          if (before < 1)
            for (const name of ["snapshot", "summary", "tokens"] as const) db.createObjectStore(name);
          if (before < 2) db.createObjectStore("shelf");
        },
        // Another tab deletes or upgrades the database, or the reader clears the site's data: let go of it.
        blocking: () => store?.close(),
        terminated: () => store?.close()
      });
      store = new RunStore(database, now);
      return store;
    });
  }

  /** What the stored run is and how far it has come, or null where there is none. */
  async summary(): Promise<RunSummary | null> {
    return checkVersion(await refuse("read", () => this.database.get("summary", "current")));
  }

  /** The stored snapshot, or null. */
  async snapshot(): Promise<Snapshot | null> {
    return checkVersion(await refuse("read", () => this.database.get("snapshot", "current")));
  }

  async tokens(): Promise<RunTokens | null> {
    return refuse("read", async () => {
      const stored = await this.database.get("tokens", "current");
      if (!stored) return null;
      const {runId, train, val} = stored;
      return {runId, train: await readTokens(train), val: await readTokens(val)};
    });
  }

  /** The first `count` tokens of the validation text, without reading the others. None where there is no run. */
  async opening(count: number): Promise<Uint16Array> {
    return refuse("read", async () => {
      const stored = await this.database.get("tokens", "current");
      return stored ? readTokens(stored.val, count) : new Uint16Array();
    });
  }

  /** Begins a new run: replaces tokens and snapshot together. The curve of the run before goes to the shelf. */
  begin(snapshot: Snapshot, train: Uint16Array, val: Uint16Array): Promise<void> {
    const tokens = {runId: snapshot.runId, train: storeTokens(train), val: storeTokens(val)};
    return this.change("written", async (transaction) => {
      const before = await transaction.objectStore("summary").get("current");
      if (before?.runId !== snapshot.runId) await this.keep(transaction, before);
      await Promise.all([
        transaction.objectStore("snapshot").put(snapshot, "current"),
        transaction.objectStore("summary").put(summarise(snapshot), "current"),
        transaction.objectStore("tokens").put(tokens, "current")
      ]);
    });
  }

  /**
   * Replaces the snapshot of the same run; a complete one's curve goes to the shelf. A run that another tab has
   * replaced meanwhile is not overwritten. Resolves to false, with nothing done, where no run is stored (any more):
   * `begin` it again.
   */
  async save(snapshot: Snapshot): Promise<boolean> {
    let isThere = false;
    await this.change("written", async (transaction) => {
      const stored = await transaction.objectStore("summary").get("current");
      if (!stored) return;
      if (stored.runId !== snapshot.runId)
        throw new StorageError("Another tab has begun a new run, so this one is no longer saved.");
      isThere = true;
      await Promise.all([
        transaction.objectStore("snapshot").put(snapshot, "current"),
        transaction.objectStore("summary").put(summarise(snapshot), "current")
      ]);
      if (snapshot.step >= snapshot.trainConfig.steps) await this.keep(transaction, summarise(snapshot));
    });
    return isThere;
  }

  /** The curves on the shelf, the oldest first. */
  async kept(): Promise<KeptRun[]> {
    return readShelf(await refuse("read", () => this.database.getAll("shelf")));
  }

  /** Takes a curve from the shelf. */
  remove(runId: string): Promise<void> {
    return this.change("written", (transaction) => transaction.objectStore("shelf").delete(runId));
  }

  private async keep(transaction: Change, run: RunSummary | undefined): Promise<void> {
    const keeping = keepable(run);
    if (!keeping) return;
    const shelf = transaction.objectStore("shelf");
    const {kept, dropped} = shelve(await shelf.getAll(), keeping, this.now());
    await Promise.all([shelf.put(kept, keeping.runId), ...dropped.map((runId) => shelf.delete(runId))]);
  }

  /** Forgets the run and the shelf. */
  clear(): Promise<void> {
    return this.change("cleared", (transaction) =>
      STORES.map((name) => transaction.objectStore(name).clear())
    );
  }

  /** One transaction: all that `work` asks for happens, or nothing. */
  private change(verb: string, work: (transaction: Change) => Promise<unknown> | Promise<unknown>[]) {
    return refuse(verb, async () => {
      const transaction = this.database.transaction(STORES, "readwrite");
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

  close(): void {
    this.isOpen = false;
    this.database.close();
  }
}

/** A run of an older version is brought up to date; one from a newer version of the site is not touched. */
function checkVersion<Stored extends RunSummary>(stored: Stored | undefined): Stored | null {
  if (!stored) return null;
  const current = upgrade(stored);
  if (!current)
    throw new StorageError(
      `The run stored in this browser has format ${stored.version}, which this site does not know: reload the page to get its newest version.`
    );
  return current;
}

async function refuse<T>(verb: string, work: () => Promise<T>): Promise<T> {
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
    const message =
      name === "QuotaExceededError"
        ? "This browser's storage for the site is full, so the run cannot be saved: free some space, or export the model before leaving the page."
        : `The browser's storage could not be ${verb} (${messageOf(cause)}): the run lives only in this tab.`;
    throw new StorageError(message, {cause});
  }
}

import {readTokens, storeTokens} from "../corpus/storedTokens.js";
import {CheckpointStore, dropOthers} from "./checkpointStore.js";
import {
  type Change,
  change,
  openDatabase,
  type RunDatabase,
  refuse,
  STORES,
  StorageError
} from "./database.js";
import {isComplete} from "./earlyStopping.js";
import {mergeNotes, tidyNotes} from "./notes.js";
import {type KeptRun, keepable, readShelf, shelve} from "./shelf.js";
import {type RunSummary, type Snapshot, summarise, upgrade} from "./snapshot.js";
import {readSnapshot, storeSnapshot} from "./storedSnapshot.js";

export interface RunTokens {
  runId: string;
  train: Uint16Array;
  val: Uint16Array;
}

/**
 * The one run that this browser keeps for the reader, in IndexedDB, with checkpoints of it, and a shelf with the curves
 * of those before it.
 * A snapshot is replaced whole in one transaction, so that a crash leaves the one before. Methods reject with
 * StorageError where the browser refuses.
 */
export class RunStore {
  /** False once the browser or `close` has ended the connection: open another. */
  isOpen = true;
  /** Earlier states of the run. */
  readonly checkpoints: CheckpointStore;

  private constructor(
    private readonly database: RunDatabase,
    private readonly now: () => number
  ) {
    this.checkpoints = new CheckpointStore(database, now);
  }

  static async open(name = "glassformer", now: () => number = Date.now): Promise<RunStore> {
    return refuse("opened", async () => {
      let store: RunStore | null = null;
      const database = await openDatabase(name, () => store?.close());
      store = new RunStore(database, now);
      return store;
    });
  }

  /** What the stored run is and how far it has come, or null where there is none. */
  async summary(): Promise<RunSummary | null> {
    return this.noted(checkVersion(await refuse("read", () => this.database.get("summary", "current"))));
  }

  /** The stored snapshot, or null. */
  async snapshot(): Promise<Snapshot | null> {
    const stored = await refuse("read", () => this.database.get("snapshot", "current"));
    return this.noted(checkVersion(stored && (await readSnapshot(stored))));
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

  /**
   * Begins a new run: replaces tokens and snapshot together. The curve of the run before goes to the shelf, its
   * checkpoints go.
   */
  async begin({notes, ...snapshot}: Snapshot, train: Uint16Array, val: Uint16Array): Promise<void> {
    const stored = await storeSnapshot(snapshot);
    const tokens = {runId: snapshot.runId, train: storeTokens(train), val: storeTokens(val)};
    return change(this.database, "written", async (transaction) => {
      const before = await transaction.objectStore("summary").get("current");
      if (before?.runId !== snapshot.runId) await this.keep(transaction, before);
      await dropOthers(transaction, snapshot.runId);
      await addNotes(transaction, snapshot.runId, notes);
      await Promise.all([
        transaction.objectStore("snapshot").put(stored, "current"),
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
  async save({notes, ...snapshot}: Snapshot): Promise<boolean> {
    const file = await storeSnapshot(snapshot);
    let isThere = false;
    await change(this.database, "written", async (transaction) => {
      const stored = await transaction.objectStore("summary").get("current");
      if (!stored) return;
      if (stored.runId !== snapshot.runId)
        throw new StorageError("Another tab has begun a new run, so this one is no longer saved.");
      isThere = true;
      await addNotes(transaction, snapshot.runId, notes);
      await Promise.all([
        transaction.objectStore("snapshot").put(file, "current"),
        transaction.objectStore("summary").put(summarise(snapshot), "current")
      ]);
      if (isComplete(snapshot)) await this.keep(transaction, summarise(snapshot));
    });
    return isThere;
  }

  /** The curves on the shelf, the oldest first. */
  async kept(): Promise<KeptRun[]> {
    const shelf = readShelf(await refuse("read", () => this.database.getAll("shelf")));
    return Promise.all(shelf.map(async ({keptAt, run}) => ({keptAt, run: await this.noted(run)})));
  }

  /** Takes a curve from the shelf. */
  remove(runId: string): Promise<void> {
    return change(this.database, "written", (transaction) => forget(transaction, [runId]));
  }

  /** What the reader has written about a run; "" where that is nothing. */
  async notes(runId: string): Promise<string> {
    return (await refuse("read", () => this.database.get("notes", runId))) ?? "";
  }

  /** Replaces what is written about a run that is stored or on the shelf. */
  writeNotes(runId: string, text: string): Promise<void> {
    const notes = tidyNotes(text);
    return change(this.database, "written", (transaction) => {
      const all = transaction.objectStore("notes");
      return notes === "" ? all.delete(runId) : all.put(notes, runId);
    });
  }

  private async noted<Run extends RunSummary | null>(run: Run): Promise<Run> {
    const notes = run && (await this.notes(run.runId));
    return notes ? {...run, notes} : run;
  }

  private async keep(transaction: Change, run: RunSummary | undefined): Promise<void> {
    const keeping = keepable(run);
    if (!keeping) return void (run && (await transaction.objectStore("notes").delete(run.runId)));
    const shelf = transaction.objectStore("shelf");
    const {kept, dropped} = shelve(await shelf.getAll(), keeping, this.now());
    await Promise.all([shelf.put(kept, keeping.runId), ...forget(transaction, dropped)]);
  }

  /** Forgets the run, its checkpoints and the shelf. */
  clear(): Promise<void> {
    return change(this.database, "cleared", (transaction) =>
      STORES.map((name) => transaction.objectStore(name).clear())
    );
  }

  close(): void {
    this.isOpen = false;
    this.database.close();
  }
}

/** Takes runs from the shelf, with what is written about them. */
const forget = (transaction: Change, runIds: readonly string[]): Promise<void>[] =>
  runIds.flatMap((runId) => [
    transaction.objectStore("shelf").delete(runId),
    transaction.objectStore("notes").delete(runId)
  ]);

/** What a file says of the run that it holds joins what is written here. */
async function addNotes(transaction: Change, runId: string, notes: string | undefined): Promise<void> {
  if (!notes) return;
  const all = transaction.objectStore("notes");
  await all.put(mergeNotes((await all.get(runId)) ?? "", notes), runId);
}

export {StorageError} from "./database.js";

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

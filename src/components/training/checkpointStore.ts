import {type Change, change, type RunDatabase, refuse, StorageError} from "./database.js";
import {
  type CheckpointFacts,
  type CheckpointKey,
  type CheckpointKind,
  checkpointFacts,
  inOrder,
  makeRoom
} from "./keptCheckpoints.js";
import type {Snapshot} from "./snapshot.js";
import {readSnapshot, snapshotFile} from "./storedSnapshot.js";

const keyOf = ({runId, step, kind}: CheckpointKey): [string, number, string] => [runId, step, kind];

/**
 * Earlier states of the stored run, each whole: going back to one is an exact resume. Methods reject with StorageError
 * where the browser refuses.
 */
export class CheckpointStore {
  constructor(
    private readonly database: RunDatabase,
    private readonly now: () => number
  ) {}

  /** What is kept, by step. */
  async list(): Promise<CheckpointFacts[]> {
    return inOrder(await refuse("read", () => this.database.getAll("checkpointFacts")));
  }

  /**
   * Keeps a state of the stored run; what must go for it goes in the same transaction. Resolves to false where a better
   * one of its kind is kept already. Rejects where the run is not, or no longer, the stored one.
   */
  async keep(snapshot: Snapshot, kind: CheckpointKind): Promise<boolean> {
    const file = await snapshotFile(snapshot);
    const facts = checkpointFacts(snapshot, kind, file.size, this.now());
    let isKept = false;
    await change(this.database, "written", async (transaction) => {
      const stored = await transaction.objectStore("summary").get("current");
      if (stored?.runId !== snapshot.runId)
        throw new StorageError(
          "Another run is stored in this browser, so no checkpoint of this one is kept."
        );
      const kept = await transaction.objectStore("checkpointFacts").getAll();
      const room = makeRoom(kept, facts);
      isKept = room.isKept;
      if (!isKept) return;
      await Promise.all([
        transaction.objectStore("checkpoints").put(file, keyOf(facts)),
        transaction.objectStore("checkpointFacts").put(facts, keyOf(facts)),
        ...drop(transaction, room.dropped)
      ]);
    });
    return isKept;
  }

  /** Rejects with StorageError where it is gone, with FormatError where it is damaged. */
  async read(key: CheckpointKey): Promise<Snapshot> {
    const file = await refuse("read", () => this.database.get("checkpoints", keyOf(key)));
    if (!file)
      throw new StorageError(
        `The checkpoint of step ${key.step} is no longer in this browser: it has been deleted, in another tab perhaps.`
      );
    return readSnapshot(file);
  }

  remove(key: CheckpointKey): Promise<void> {
    return change(this.database, "written", (transaction) => drop(transaction, [key]));
  }
}

/** Deletes the checkpoints of every run but one. */
export async function dropOthers(transaction: Change, runId: string): Promise<void> {
  const kept = await transaction.objectStore("checkpointFacts").getAll();
  await Promise.all(
    drop(
      transaction,
      kept.filter((facts) => facts.runId !== runId)
    )
  );
}

const drop = (transaction: Change, keys: readonly CheckpointKey[]): Promise<void>[] =>
  keys.flatMap((key) => [
    transaction.objectStore("checkpoints").delete(keyOf(key)),
    transaction.objectStore("checkpointFacts").delete(keyOf(key))
  ]);

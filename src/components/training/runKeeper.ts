import type {Corpus} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import {formatBytes, formatCount} from "../views/format.js";
import {StorageFullError} from "./database.js";
import type {CheckpointKind} from "./keptCheckpoints.js";
import type {SessionPlace} from "./sessionPlace.js";
import type {Snapshot} from "./snapshot.js";
import {useInWords} from "./storageUse.js";
import type {RunStore} from "./store.js";

/** ms until full storage is tried again, unless something is deleted before. */
const PATIENCE_WHEN_FULL = 60_000;

/** What is written: the run as it stands, or a checkpoint of it. A checkpoint may find no room where a run does. */
type Purpose = "run" | "checkpoint";

/**
 * Keeps the open run in the browser's store, and checkpoints of it. A failure does not stop the training; it is told once
 * for each purpose, and what is stored stays. Full storage is not tried again at every turn.
 */
export class RunKeeper {
  /** The run that is in the store, whole. */
  private storedRun: string | null = null;
  private savedStep: number | null = null;
  private readonly wasTold = {run: false, checkpoint: false};
  private lastTold: string | null = null;
  private readonly waitsUntil = {run: -Infinity, checkpoint: -Infinity};

  constructor(private readonly place: Pick<SessionPlace, "post" | "store" | "storageUse" | "now">) {}

  /** There may be room again. */
  retry(): void {
    this.waitsUntil.run = this.waitsUntil.checkpoint = -Infinity;
  }

  /** Whoever starts training hears of a failure again. */
  tellAgain(): void {
    this.retry();
    this.wasTold.run = this.wasTold.checkpoint = false;
    this.lastTold = null;
  }

  /** The store has this very state already. */
  adopt({runId, step}: Snapshot): void {
    this.storedRun = runId;
    this.savedStep = step;
  }

  /** Replaces what is stored by a new run. Resolves to whether that succeeded, as the others do. */
  begin(snapshot: Snapshot, corpus: Corpus): Promise<boolean> {
    this.storedRun = null;
    this.savedStep = null;
    this.tellAgain();
    return this.write("run", snapshot, async (store) => {
      await store.begin(snapshot, corpus.train, corpus.val);
      this.adopt(snapshot);
    });
  }

  /** `isUrgent` tries even where storage was full a moment ago. */
  save(snapshot: Snapshot, corpus: Corpus, isUrgent = false): Promise<boolean> {
    if (isUrgent) this.retry();
    return this.write("run", snapshot, (store) => this.saveIn(store, snapshot, corpus));
  }

  /** Keeps a checkpoint beside the run, and tells of what is kept now. */
  keep(snapshot: Snapshot, corpus: Corpus, kind: CheckpointKind, isUrgent = false): Promise<boolean> {
    if (isUrgent) this.retry();
    return this.write("checkpoint", snapshot, async (store) => {
      if (this.storedRun !== snapshot.runId) await this.saveIn(store, snapshot, corpus);
      await store.checkpoints.keep(snapshot, kind);
      await this.tellCheckpoints();
    });
  }

  /** Tells of the checkpoints that are kept, where the store can say. */
  async tellCheckpoints(): Promise<void> {
    try {
      const checkpoints = await (await this.place.store()).checkpoints.list();
      this.place.post({type: "checkpoints", checkpoints, use: await this.place.storageUse()});
    } catch {
      // Who cannot read the store is told when something is to be written.
    }
  }

  private async saveIn(store: RunStore, snapshot: Snapshot, corpus: Corpus): Promise<void> {
    const isThere = this.storedRun === snapshot.runId && (await store.save(snapshot));
    if (!isThere) await store.begin(snapshot, corpus.train, corpus.val);
    this.adopt(snapshot);
    this.place.post({type: "saved", step: snapshot.step});
  }

  private async write(
    purpose: Purpose,
    {step}: Snapshot,
    work: (store: RunStore) => Promise<void>
  ): Promise<boolean> {
    if (this.place.now() < this.waitsUntil[purpose]) return false;
    try {
      await work(await this.place.store());
      this.wasTold[purpose] = false;
      return true;
    } catch (error) {
      const isFull = error instanceof StorageFullError;
      if (isFull) this.wait(purpose);
      if (!this.wasTold[purpose]) {
        const message = isFull ? await this.fullness(purpose, step) : messageOf(error);
        if (message !== this.lastTold) this.place.post({type: "problem", message, fatal: false});
        this.lastTold = message;
      }
      this.wasTold[purpose] = true;
      return false;
    }
  }

  /** Where there is no room for the run, there is none for a checkpoint of it beside. */
  private wait(purpose: Purpose): void {
    const until = this.place.now() + PATIENCE_WHEN_FULL;
    this.waitsUntil.checkpoint = until;
    if (purpose === "run") this.waitsUntil.run = until;
  }

  /** What is full, how full, what can be done, and what stays. */
  private async fullness(purpose: Purpose, step: number): Promise<string> {
    const use = await this.place.storageUse();
    const store = await this.place.store().catch(() => null);
    const kept = (await store?.checkpoints.list().catch(() => [])) ?? [];
    const bytes = kept.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
    const lost = purpose === "run" ? "could not be saved" : "could not be kept as a checkpoint";
    const remedy =
      kept.length > 0
        ? `delete some of the checkpoints below, which take ${formatBytes(bytes)}`
        : "free some space on this device";
    const stays =
      this.savedStep === null
        ? "Nothing of this run is stored, so it lives only in this tab."
        : `What is stored stays: the last saved step is ${formatCount(this.savedStep)}.`;
    return `This browser's storage for the site is full: the site uses ${useInWords(use)}. Step ${formatCount(step)} ${lost}: ${remedy}, or download the run as a file. ${stays} Training goes on, and it is tried again in a minute or when something is deleted.`;
  }
}

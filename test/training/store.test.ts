import "fake-indexeddb/auto";
import {deleteDB, openDB} from "idb";
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {SHELF_SIZE} from "../../src/components/training/shelf.js";
import {type Snapshot, summarise} from "../../src/components/training/snapshot.js";
import {RunStore, StorageError} from "../../src/components/training/store.js";
import {tinyCorpus} from "./corpus.js";
import {failNextWrite} from "./fullDisk.js";

const corpus = tinyCorpus();
const {train, val} = corpus;
const NAME = "store-test";

function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});
  return {
    ...newRun(model, {...presets.toy.train, seed: 3}, corpus.meta),
    runId: "first",
    step: 40,
    history: [{step: 40, trainLoss: 1.5, validationLoss: null}],
    ...change
  };
}

let store: RunStore;
beforeEach(async () => {
  store = await RunStore.open(NAME);
});
afterEach(async () => {
  vi.restoreAllMocks();
  store.close();
  await deleteDB(NAME);
});

describe("RunStore", () => {
  it("keeps notes beside the run, on the shelf too, until the run is forgotten", async () => {
    await store.begin(snapshot(), train, val);
    await store.writeNotes("first", "  a low rate\r\nand patience ");
    expect(await store.notes("first")).toBe("a low rate\nand patience");
    expect((await store.summary())!.notes).toBe("a low rate\nand patience");
    // What trains knows nothing of them, and takes nothing away.
    await store.save(snapshot({step: 50}));
    expect((await store.snapshot())!.notes).toBe("a low rate\nand patience");
    // The next run has none; a file's joins what is written here, once.
    await store.begin(snapshot({runId: "second", notes: "from a file"}), train, val);
    expect((await store.kept()).map(({run}) => run.notes)).toEqual(["a low rate\nand patience"]);
    await store.writeNotes("second", "own");
    await store.save(snapshot({runId: "second", notes: "from a file"}));
    expect(await store.notes("second")).toBe("own\n\nfrom a file");
    await store.remove("first");
    expect(await store.notes("first")).toBe("");
    await store.writeNotes("second", " ");
    expect(await store.summary()).not.toHaveProperty("notes");
    // A run that had not begun leaves nothing behind.
    await store.begin(snapshot({runId: "third", step: 0, history: []}), train, val);
    await store.writeNotes("third", "never begun");
    await store.begin(snapshot({runId: "fourth"}), train, val);
    expect(await store.notes("third")).toBe("");
  });

  it("finds the run of a browser that had no place for notes", async () => {
    store.close();
    await deleteDB(NAME);
    const before = await openDB(NAME, 3, {
      upgrade(db) {
        for (const name of ["snapshot", "summary", "tokens", "shelf", "checkpoints", "checkpointFacts"])
          db.createObjectStore(name);
      }
    });
    await before.put("summary", summarise(snapshot()), "current");
    before.close();
    store = await RunStore.open(NAME);
    expect((await store.summary())!.runId).toBe("first");
    await store.writeNotes("first", "now");
    expect((await store.summary())!.notes).toBe("now");
  });

  it("has nothing at first", async () => {
    expect([await store.summary(), await store.snapshot(), await store.tokens()]).toEqual([null, null, null]);
  });

  it("gives back what it was given, bit for bit, also to another page", async () => {
    const begun = snapshot();
    await store.begin(begun, train, val);
    const other = await RunStore.open(NAME);
    expect(await other.snapshot()).toEqual(begun);
    expect(await other.summary()).toEqual(summarise(begun));
    expect(await other.tokens()).toEqual({runId: "first", train: train.slice(), val: val.slice()});
    other.close();
  });

  it("replaces the snapshot and its summary whole, and keeps the tokens", async () => {
    await store.begin(snapshot(), train, val);
    const later = snapshot({step: 80, history: [], random: [5, 6, 7, 8]});
    for (const {data} of Object.values(later.parameters)) data.fill(0.25);
    await store.save(later);
    expect(await store.snapshot()).toEqual(later);
    expect(await store.summary()).toEqual(summarise(later));
    expect((await store.tokens())?.runId).toBe("first");
  });

  it("gives the beginning of the validation text alone, and of many tokens each", async () => {
    expect(await store.opening(3)).toHaveLength(0);
    const many = new Uint16Array(16_000_001).fill(7, 0, 5);
    await store.begin(snapshot(), many, many);
    expect([...(await store.opening(7))]).toEqual([7, 7, 7, 7, 7, 0, 0]);
    const tokens = (await store.tokens())!;
    expect([tokens.train.length, tokens.val.length]).toEqual([many.length, many.length]);
    expect(Buffer.compare(Buffer.from(tokens.train.buffer), Buffer.from(many.buffer))).toBe(0);
  });

  it("keeps what it was given, not what becomes of it", async () => {
    const given = snapshot();
    await store.begin(given, train, val);
    given.parameters["transformer.wte.weight"]!.data.fill(9);
    expect((await store.snapshot())!.parameters["transformer.wte.weight"]!.data).not.toContain(9);
  });

  it("replaces everything when a new run begins", async () => {
    await store.begin(snapshot(), train, val);
    const second = snapshot({runId: "second", step: 0});
    await store.begin(second, val, train);
    expect(await store.snapshot()).toEqual(second);
    expect(await store.tokens()).toEqual({runId: "second", train: val.slice(), val: train.slice()});
  });

  it("does not let a run overwrite another that began meanwhile", async () => {
    await store.begin(snapshot(), train, val);
    const second = snapshot({runId: "second", step: 0});
    await store.begin(second, train, val);
    await expect(store.save(snapshot({step: 80}))).rejects.toThrow(StorageError);
    await expect(store.save(snapshot({step: 80}))).rejects.toThrow(/Another tab has begun a new run/);
    expect(await store.snapshot()).toEqual(second);
  });

  it("refuses a run that a newer version of the site wrote, and leaves it as it is", async () => {
    await store.begin(snapshot(), train, val);
    const newer = {...snapshot(), version: 4, more: "unknown"};
    const database = await openDB(NAME);
    await database.put("snapshot", newer, "current");
    await database.put("summary", {version: 4}, "current");
    await expect(store.snapshot()).rejects.toThrow(/format 4, which this site does not know: reload/);
    await expect(store.summary()).rejects.toThrow(StorageError);
    expect(await database.get("snapshot", "current")).toEqual(newer);
    database.close();
  });

  it("forgets everything when it is cleared", async () => {
    await store.begin(snapshot(), train, val);
    await store.clear();
    expect([await store.summary(), await store.snapshot(), await store.tokens()]).toEqual([null, null, null]);
  });
});

describe("the shelf", () => {
  const ids = async () => (await store.kept()).map(({run}) => run.runId);

  it("keeps the curve of a run that another replaces, without its parameters", async () => {
    const first = snapshot();
    await store.begin(first, train, val);
    expect(await ids()).toEqual([]);
    await store.begin(snapshot({runId: "second", step: 0}), train, val);
    expect((await store.kept()).map(({run}) => run)).toEqual([summarise(first)]);
    // The second never took a step: there is nothing to compare.
    await store.begin(snapshot({runId: "third", step: 0}), train, val);
    expect(await ids()).toEqual(["first"]);
  });

  it("keeps a run when it is complete, once", async () => {
    const {trainConfig} = snapshot();
    await store.begin(snapshot({step: 0}), train, val);
    await store.save(snapshot({step: trainConfig.steps - 1}));
    expect(await ids()).toEqual([]);
    await store.save(snapshot({step: trainConfig.steps}));
    await store.save(snapshot({step: trainConfig.steps}));
    expect(await ids()).toEqual(["first"]);
    await store.begin(snapshot({runId: "second"}), train, val);
    expect(await ids()).toEqual(["first"]);
  });

  it("holds twenty, the oldest going first, and gives up any of them", async () => {
    let clock = 0;
    store.close();
    store = await RunStore.open(NAME, () => ++clock);
    for (let i = 0; i <= SHELF_SIZE + 2; i++)
      await store.begin(snapshot({runId: `run ${100 - i}`}), train, val);
    expect(await ids()).toEqual(Array.from({length: 20}, (_, i) => `run ${98 - i}`));
    await store.remove("run 90");
    await store.remove("run 90");
    expect(await ids()).toHaveLength(19);
    expect(await ids()).not.toContain("run 90");
    await store.clear();
    expect(await ids()).toEqual([]);
  });

  it("is added to a database of version 1, whose run stays and is brought up to date", async () => {
    const name = "store-version-1";
    const {causal, position, ...oldModel} = snapshot().modelConfig;
    const old = {...snapshot(), version: 1, modelConfig: oldModel};
    const database = await openDB(name, 1, {
      upgrade(db) {
        for (const store of ["snapshot", "summary", "tokens"]) db.createObjectStore(store);
      }
    });
    await database.put("snapshot", old, "current");
    await database.put("summary", summarise(old as unknown as Snapshot), "current");
    await database.put("tokens", {runId: "first", train, val}, "current");
    database.close();
    const upgraded = await RunStore.open(name);
    expect(await upgraded.snapshot()).toEqual(snapshot());
    expect((await upgraded.tokens())!.runId).toBe("first");
    await upgraded.begin(snapshot({runId: "second"}), train, val);
    expect((await upgraded.kept()).map(({run}) => run)).toEqual([summarise(snapshot())]);
    upgraded.close();
    await deleteDB(name);
  });

  it("keeps a run that stopped early", async () => {
    const trainConfig = {...snapshot().trainConfig, patience: 1};
    const losses = [2, 2.5].map((validationLoss, i) => ({step: i + 1, trainLoss: 1, validationLoss}));
    await store.begin(snapshot({trainConfig, step: 0}), train, val);
    await store.save(snapshot({trainConfig, step: 1, history: losses.slice(0, 1)}));
    expect(await ids()).toEqual([]);
    await store.save(snapshot({trainConfig, step: 2, history: losses}));
    expect(await ids()).toEqual(["first"]);
  });

  it("adds room for checkpoints to a database of version 2, whose run and shelf stay", async () => {
    const name = "store-version-2";
    const database = await openDB(name, 2, {
      upgrade(db) {
        for (const store of ["snapshot", "summary", "tokens", "shelf"]) db.createObjectStore(store);
      }
    });
    const {optimiser, schedule, patience, ...old} = snapshot().trainConfig;
    const stored = {...snapshot(), version: 2, trainConfig: old} as unknown as Snapshot;
    await database.put("snapshot", stored, "current");
    await database.put("summary", summarise(stored), "current");
    await database.put("tokens", {runId: "first", train, val}, "current");
    await database.put("shelf", {keptAt: 1, run: {...summarise(stored), runId: "before"}}, "before");
    database.close();
    const upgraded = await RunStore.open(name);
    expect(await upgraded.snapshot()).toEqual(snapshot());
    expect((await upgraded.kept()).map(({run}) => run.runId)).toEqual(["before"]);
    expect(await upgraded.checkpoints.list()).toEqual([]);
    await upgraded.checkpoints.keep(snapshot(), "asked");
    expect(await upgraded.checkpoints.list()).toHaveLength(1);
    upgraded.close();
    await deleteDB(name);
  });

  it("leaves a database of a newer version alone and says what to do", async () => {
    const name = "store-newer";
    (await openDB(name, 9)).close();
    await expect(RunStore.open(name)).rejects.toThrow(StorageError);
    await expect(RunStore.open(name)).rejects.toThrow(/newer version of this site.*reload the page/);
    await deleteDB(name);
  });

  it("does not take a run from the store when the new one cannot be written", async () => {
    await store.begin(snapshot(), train, val);
    failNextWrite("QuotaExceededError");
    await expect(store.begin(snapshot({runId: "second"}), train, val)).rejects.toThrow(/full/);
    expect(await ids()).toEqual([]);
    expect((await store.summary())!.runId).toBe("first");
  });
});

describe("where the browser refuses", () => {
  it.each(["save", "begin"] as const)(
    "%s says that the storage is full, and the run of before is whole",
    async (method) => {
      const before = snapshot();
      await store.begin(before, train, val);
      failNextWrite("QuotaExceededError");
      const written = store[method](snapshot({step: 80}), train, val);
      await expect(written).rejects.toThrow(StorageError);
      await expect(written).rejects.toThrow(
        /storage for the site is full.*free some space, or export the model/
      );
      expect(await store.snapshot()).toEqual(before);
      expect(await store.summary()).toEqual(summarise(before));
    }
  );

  it("saves again once there is room", async () => {
    await store.begin(snapshot(), train, val);
    failNextWrite("QuotaExceededError");
    await expect(store.save(snapshot({step: 80}))).rejects.toThrow(/full/);
    await store.save(snapshot({step: 90}));
    expect(await store.summary()).toMatchObject({step: 90});
  });

  it("says what the browser said when it is something else", async () => {
    await store.begin(snapshot(), train, val);
    failNextWrite("UnknownError");
    await expect(store.save(snapshot())).rejects.toThrow(/could not be written .*lives only in this tab/);
  });

  it("says so when storage cannot be opened at all", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("The user denied permission.", "SecurityError");
    });
    await expect(RunStore.open("refused")).rejects.toThrow(
      /could not be opened \(The user denied permission/
    );
  });

  it("says so when the connection is gone", async () => {
    store.close();
    await expect(store.snapshot()).rejects.toThrow(/could not be read/);
    store = await RunStore.open(NAME);
  });
});

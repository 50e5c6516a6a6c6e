import "fake-indexeddb/auto";
import {deleteDB, openDB} from "idb";
import {afterEach, beforeEach, expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {StorageError, StorageFullError} from "../../src/components/training/database.js";
import type {CheckpointKind} from "../../src/components/training/keptCheckpoints.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {RunStore} from "../../src/components/training/store.js";
import {tinyCorpus} from "./corpus.js";
import {failNextWrite} from "./fullDisk.js";

const corpus = tinyCorpus();
const {train, val} = corpus;
const NAME = "checkpoints-test";
const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});

function snapshot(step: number, validationLoss: number | null = null, runId = "first"): Snapshot {
  const run = newRun(model, {...presets.toy.train, seed: step}, corpus.meta);
  return {...run, runId, step, history: [{step, trainLoss: 1.5, validationLoss}], seconds: 0.1 * step};
}

let clock = 0;
let store: RunStore;
beforeEach(async () => {
  clock = 0;
  store = await RunStore.open(NAME, () => ++clock);
  await store.begin(snapshot(0), train, val);
});
afterEach(async () => {
  vi.restoreAllMocks();
  store.close();
  await deleteDB(NAME);
});

const kept = async () => (await store.checkpoints.list()).map(({kind, step}) => `${kind} ${step}`);
const keep = (kind: CheckpointKind, ...state: Parameters<typeof snapshot>) =>
  store.checkpoints.keep(snapshot(...state), kind);

it("gives back each state whole, bit for bit, to another page too", async () => {
  const given = snapshot(40, 1.25);
  given.parameters["transformer.wte.weight"]!.data.set([Math.PI, -0, 1e-40]);
  expect(await store.checkpoints.keep(given, "asked")).toBe(true);
  const other = await RunStore.open(NAME);
  expect(await other.checkpoints.read({runId: "first", step: 40, kind: "asked"})).toEqual(given);
  const [facts] = await other.checkpoints.list();
  expect(facts).toEqual({
    runId: "first",
    step: 40,
    kind: "asked",
    validationLoss: 1.25,
    bytes: expect.any(Number),
    keptAt: 1
  });
  expect(facts!.bytes).toBeGreaterThan(
    12 * Object.values(given.parameters).reduce((n, p) => n + p.data.length, 0)
  );
  other.close();
});

it("tells of checkpoints without reading one", async () => {
  await keep("asked", 3);
  const get = vi.spyOn(IDBObjectStore.prototype, "getAll");
  await store.checkpoints.list();
  expect(get.mock.contexts.map((objects) => (objects as IDBObjectStore).name)).toEqual(["checkpointFacts"]);
});

it("keeps five of every n steps, the best one, and all that the reader asked for", async () => {
  for (let step = 10; step <= 70; step += 10) {
    await keep("interval", step);
    await keep("asked", step + 1);
    await keep("best", step + 2, step === 40 ? 1 : 2);
  }
  expect(await kept()).toEqual([
    "asked 11",
    "asked 21",
    "interval 30",
    "asked 31",
    "interval 40",
    "asked 41",
    "best 42",
    "interval 50",
    "asked 51",
    "interval 60",
    "asked 61",
    "interval 70",
    "asked 71"
  ]);
  expect(await keep("best", 90, 1.5)).toBe(false);
  await expect(store.checkpoints.read({runId: "first", step: 10, kind: "interval"})).rejects.toThrow(
    /step 10 is no longer in this browser/
  );
});

it("deletes one, and one that is gone already", async () => {
  await keep("asked", 5);
  await keep("best", 5, 1);
  for (let i = 0; i < 2; i++) await store.checkpoints.remove({runId: "first", step: 5, kind: "asked"});
  expect(await kept()).toEqual(["best 5"]);
});

it("loses those of a run that another replaces, and keeps those of a run that is stored again", async () => {
  await keep("asked", 5);
  await store.begin(snapshot(6), train, val);
  expect(await kept()).toEqual(["asked 5"]);
  await store.begin(snapshot(0, null, "second"), train, val);
  expect(await kept()).toEqual([]);
  const database = await openDB(NAME);
  expect(await database.count("checkpoints")).toBe(0);
  database.close();
  await expect(keep("asked", 7)).rejects.toThrow(/Another run is stored in this browser/);
});

it("keeps the old ones where there is no room for another", async () => {
  for (let step = 1; step <= 5; step++) await keep("interval", step);
  const before = await kept();
  failNextWrite("QuotaExceededError");
  await expect(keep("interval", 6)).rejects.toThrow(StorageFullError);
  failNextWrite("QuotaExceededError");
  await expect(keep("best", 6, 1)).rejects.toThrow(StorageError);
  expect(await kept()).toEqual(before);
  await keep("interval", 6);
  expect(await kept()).toEqual([...before.slice(1), "interval 6"]);
});

it("says that a checkpoint is damaged", async () => {
  await keep("asked", 5);
  const database = await openDB(NAME);
  const file: Blob = await database.get("checkpoints", ["first", 5, "asked"]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  bytes[bytes.length - 3]! ^= 4;
  await database.put("checkpoints", new Blob([bytes]), ["first", 5, "asked"]);
  database.close();
  await expect(store.checkpoints.read({runId: "first", step: 5, kind: "asked"})).rejects.toThrow(
    /is damaged/
  );
});

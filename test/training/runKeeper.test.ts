import "fake-indexeddb/auto";
import {deleteDB} from "idb";
import {afterEach, beforeEach, expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import type {Report} from "../../src/components/training/protocol.js";
import {RunKeeper} from "../../src/components/training/runKeeper.js";
import {RunStore, StorageError} from "../../src/components/training/store.js";
import {tinyCorpus} from "./corpus.js";
import {failNextWrite, failWrites} from "./fullDisk.js";

const NAME = "keeper-test";
const corpus = tinyCorpus();
const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});
const run = newRun(model, presets.toy.train, corpus.meta);
const at = (step: number) => ({...run, step});

let store: RunStore;
let keeper: RunKeeper;
let reports: Report[];
let clock: number;
beforeEach(async () => {
  store = await RunStore.open(NAME);
  reports = [];
  clock = 0;
  keeper = new RunKeeper({
    post: (report) => reports.push(report),
    store: async () => store,
    storageUse: async () => ({used: 58_300_000, quota: 60_000_000}),
    now: () => clock
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  store.close();
  await deleteDB(NAME);
});

const problems = () => reports.flatMap((report) => (report.type === "problem" ? [report.message] : []));

it("says what is full, how full, what can be deleted and what stays", async () => {
  await keeper.begin(at(0), corpus);
  await keeper.keep(at(3), corpus, "asked");
  await keeper.save(at(4), corpus);
  const [facts] = await store.checkpoints.list();
  failNextWrite("QuotaExceededError");
  expect(await keeper.save(at(5), corpus)).toBe(false);
  expect(problems()).toEqual([
    `This browser's storage for the site is full: the site uses 58.3 MB of the 60.0 MB that the browser allows it. Step 5 could not be saved: delete some of the checkpoints below, which take ${(facts!.bytes / 1000).toFixed(1)} kB, or download the run as a file. What is stored stays: the last saved step is 4. Training goes on, and it is tried again in a minute or when something is deleted.`
  ]);
  expect((await store.summary())!.step).toBe(4);
});

it("tries full storage again after a minute, or when something was deleted, or when it must", async () => {
  await keeper.begin(at(0), corpus);
  failNextWrite("QuotaExceededError");
  await keeper.save(at(1), corpus);
  clock = 59_999;
  expect(await keeper.save(at(2), corpus)).toBe(false);
  expect(await keeper.keep(at(2), corpus, "interval")).toBe(false);
  clock = 60_000;
  expect(await keeper.save(at(3), corpus)).toBe(true);

  failNextWrite("QuotaExceededError");
  await keeper.save(at(4), corpus);
  keeper.retry();
  expect(await keeper.save(at(5), corpus)).toBe(true);

  failNextWrite("QuotaExceededError");
  await keeper.save(at(6), corpus);
  expect(await keeper.save(at(7), corpus, true)).toBe(true);
  expect(problems()).toHaveLength(3);
});

it("goes on saving the run where only a checkpoint finds no room", async () => {
  await keeper.begin(at(0), corpus);
  failNextWrite("QuotaExceededError");
  expect(await keeper.keep(at(1), corpus, "interval")).toBe(false);
  expect(problems()).toEqual([expect.stringMatching(/Step 1 could not be kept as a checkpoint: free some/)]);
  expect(await keeper.save(at(2), corpus)).toBe(true);
  expect(await keeper.keep(at(2), corpus, "interval")).toBe(false);
  clock = 60_000;
  expect(await keeper.keep(at(3), corpus, "interval")).toBe(true);
});

it("tells of a failure once, and again to whoever starts again", async () => {
  await keeper.begin(at(0), corpus);
  const stop = failWrites("QuotaExceededError");
  for (const step of [1, 2]) {
    await keeper.save(at(step), corpus, true);
    await keeper.keep(at(step), corpus, "best", true);
  }
  expect(problems()).toHaveLength(2); // of the run, and of a checkpoint
  keeper.tellAgain();
  await keeper.save(at(3), corpus);
  expect(problems()).toHaveLength(3);
  stop();
  expect(await keeper.save(at(4), corpus, true)).toBe(true);
});

it("tries anything but full storage every time, and stores the whole run before a checkpoint of it", async () => {
  const begin = vi.spyOn(store, "begin").mockRejectedValueOnce(new StorageError("Forbidden."));
  expect(await keeper.begin(at(0), corpus)).toBe(false);
  expect(await keeper.keep(at(1), corpus, "asked")).toBe(true);
  expect(begin).toHaveBeenCalledTimes(2);
  expect(problems()).toEqual(["Forbidden."]);
  expect((await store.tokens())!.train).toEqual(corpus.train.slice());
  expect(reports.map(({type}) => type)).toEqual(["problem", "saved", "checkpoints"]);
});

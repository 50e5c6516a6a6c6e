import "fake-indexeddb/auto";
import {deleteDB} from "idb";
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {writeCheckpoint} from "../../src/components/exchange/checkpoint.js";
import {JsonReader} from "../../src/components/exchange/jsonReader.js";
import {toOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {receiptOf} from "../../src/components/exchange/receipt.js";
import {readRunFile, writeRunFile} from "../../src/components/exchange/runFile.js";
import {readRunRecord, runRecord} from "../../src/components/exchange/runRecord.js";
import {modelConfig} from "../../src/components/model/config.js";
import {initialise} from "../../src/components/model/initialise.js";
import {parametersSha256} from "../../src/components/model/parametersSha256.js";
import {createRandom} from "../../src/components/random.js";
import {characterTokenizer} from "../../src/components/text/characterTokenizer.js";
import type {CheckpointFacts} from "../../src/components/training/keptCheckpoints.js";
import {presets} from "../../src/components/training/presets.js";
import type {Command, Report} from "../../src/components/training/protocol.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {RunStore} from "../../src/components/training/store.js";
import {tinyCorpus} from "./corpus.js";
import {failWrites} from "./fullDisk.js";
import {FakePlace} from "./place.js";

const NAME = "openings-test";
const trainConfig = {
  ...presets.toy.train,
  batchSize: 2,
  steps: 12,
  warmupSteps: 2,
  evalInterval: 4,
  evalBatches: 1,
  checkpointInterval: 3
};
const begin: Extract<Command, {type: "begin"}> = {
  type: "begin",
  corpus: {kind: "text", name: "test", text: ""},
  modelConfig: modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8}),
  trainConfig,
  backend: "auto"
};

let store: RunStore;
let place: FakePlace;
beforeEach(async () => {
  store = await RunStore.open(NAME);
  place = new FakePlace(async () => store);
  // Samples would take most of the time.
  place.pace = 1;
});
afterEach(async () => {
  vi.restoreAllMocks();
  store.close();
  await deleteDB(NAME);
});

/** What must not differ between two ways to the same step. */
const essence = ({step, random, history, parameters, firstMoments, secondMoments}: Snapshot) => ({
  step,
  random,
  history: history.map(({seconds: _, ...point}) => point),
  parameters,
  firstMoments,
  secondMoments
});
const present = async () => essence((await store.snapshot())!);
const kept = async () => (await store.checkpoints.list()).map(({kind, step}) => `${kind} ${step}`);
const problems = () => place.all("problem").map(({message}) => message);

/** Does something with the first report that fits. */
function once(fits: (report: Report) => boolean, act: () => void): void {
  place.answer = (report) => {
    if (!fits(report)) return;
    place.answer = () => {};
    act();
  };
}

async function checkpoint(kind: CheckpointFacts["kind"], step: number): Promise<CheckpointFacts> {
  const found = (await store.checkpoints.list()).find((facts) => facts.kind === kind && facts.step === step);
  return found!;
}

describe("checkpoints", () => {
  it("are kept every n steps, and the best by validation loss", async () => {
    await place.handle(begin);
    await place.handle({type: "run"});
    const list = await store.checkpoints.list();
    expect(list.filter(({kind}) => kind === "interval").map(({step}) => step)).toEqual([3, 6, 9, 12]);
    const measured = place.all("evaluated").filter(({step}) => step > 0);
    const best = measured.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
    expect(list.filter(({kind}) => kind === "best")).toEqual([
      expect.objectContaining({step: best.step, validationLoss: best.validationLoss})
    ]);
    expect(place.last("checkpoints")).toMatchObject({checkpoints: list, use: place.use});
    expect(problems()).toEqual([]);
  });

  it("lead on bit for bit, and the way back is open", async () => {
    await place.handle(begin);
    await place.handle({type: "run"});
    const end = await present();
    await place.handle({type: "restore", checkpoint: await checkpoint("interval", 6), backend: "auto"});
    expect(place.state).toBe("paused");
    expect(place.last("opened")).toMatchObject({step: 6, isStored: true});
    expect(place.last("opened")!.history.at(-1)!.step).toBe(6);
    expect((await store.summary())!.step).toBe(6);
    expect(await kept()).toContain("left 12");
    await place.handle({type: "run"});
    expect(await present()).toEqual(end);
    // And to the state that was left, whole.
    const left = await store.checkpoints.read(await checkpoint("left", 12));
    expect(essence(left)).toEqual(end);
    expect(problems()).toEqual([]);
  });

  it("survive the death of the worker in the middle of a run, and lead to the same end", async () => {
    const straight = await RunStore.open("straight");
    const other = new FakePlace(async () => straight);
    await other.handle(begin);
    await other.handle({type: "run"});
    const end = essence((await straight.snapshot())!);
    straight.close();
    await deleteDB("straight");

    await place.handle(begin);
    once(
      (report) => report.type === "checkpoints" && report.checkpoints.some(({step}) => step === 9),
      () => {
        place.gone = true;
      }
    );
    void place.handle({type: "run"});
    await vi.waitFor(() => expect(place.gone).toBe(true), {timeout: 60_000});
    store.close();
    store = await RunStore.open(NAME);
    place = new FakePlace(async () => store);
    // Nothing was saved since the beginning, eight seconds not having passed; the checkpoints are there.
    expect((await store.summary())!.step).toBe(0);
    await place.handle({type: "restore", checkpoint: await checkpoint("interval", 9), backend: "auto"});
    expect(place.last("opened")!.step).toBe(9);
    expect(await kept()).not.toContain("left 0"); // a beginning is nothing to keep
    await place.handle({type: "run"});
    expect(await present()).toEqual(end);
  });

  it("are kept on demand, in a pause and between two steps", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 1});
    await place.handle({type: "keep"});
    expect(await kept()).toEqual(["asked 1"]);
    once(
      (report) => report.type === "state" && report.state === "running",
      () => void place.handle({type: "keep"})
    );
    await place.handle({type: "run", steps: 4});
    expect((await kept()).filter((name) => name.startsWith("asked"))).toHaveLength(2);
  });

  it("are not left for one that is gone or damaged: nothing changes", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 4});
    const before = await present();
    const gone = await checkpoint("interval", 3);
    await store.checkpoints.remove(gone);
    await place.handle({type: "restore", checkpoint: gone, backend: "auto"});
    expect(problems()).toEqual([expect.stringMatching(/step 3 is no longer in this browser/)]);
    expect(place.state).toBe("paused");
    expect(await present()).toEqual(before);
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(5);
  });

  it("are not gone back to where the present state finds no room", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 4});
    const before = await present();
    const stop = failWrites("QuotaExceededError");
    await place.handle({type: "restore", checkpoint: await checkpoint("interval", 3), backend: "auto"});
    stop();
    expect(problems()[0]).toMatch(/storage for the site is full: the site uses 58\.3 MB of the 60\.0 MB/);
    expect(problems()[1]).toMatch(
      /^The present state could not be kept as a checkpoint, so it has not been left/
    );
    expect(place.last("opened")!.step).toBe(0);
    expect(await present()).toEqual(before);
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(5);
  });

  it("go back to the best after an early stop", async () => {
    // Steps so long that the loss rises.
    const early = {...trainConfig, patience: 1, learningRate: 2, steps: 40, optimiser: "sgd" as const};
    await place.handle({
      ...begin,
      trainConfig: {...early, evalInterval: 1, clipNorm: 1e6, checkpointInterval: 0}
    });
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    const {step} = (await store.summary())!;
    expect(step).toBeLessThan(40);
    expect((await store.kept()).map(({run}) => run.step)).toEqual([step]);
    const best = await checkpoint("best", step - 1);
    await place.handle({type: "restore", checkpoint: best, backend: "auto"});
    expect(place.last("opened")!.step).toBe(step - 1);
    expect(place.state).toBe("paused");
  });
});

describe("a run as one file", () => {
  /** The file that the page would offer to save. */
  async function download(): Promise<Blob> {
    await place.handle({type: "download"});
    return place.files.at(-1)!;
  }

  it("goes on elsewhere bit for bit", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 5});
    const file = await download();
    expect(place.last("file")!.step).toBe(5);
    await place.handle({type: "run"});
    const end = await present();

    const foreign = await RunStore.open("elsewhere");
    const elsewhere = new FakePlace(async () => foreign);
    await elsewhere.handle({type: "openFile", file, backend: "auto"});
    expect(elsewhere.last("opened")).toMatchObject({step: 5, isStored: true});
    expect(elsewhere.all("problem")).toEqual([]);
    await elsewhere.handle({type: "run"});
    expect(essence((await foreign.snapshot())!)).toEqual(end);
    expect((await foreign.tokens())!.val).toEqual(tinyCorpus().val.slice());
    foreign.close();
    await deleteDB("elsewhere");
  });

  it("keeps the present state of the same run, and replaces another", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 2});
    const file = await download();
    await place.handle({type: "run", steps: 3});
    await place.handle({type: "openFile", file, backend: "auto"});
    expect((await store.summary())!.step).toBe(2);
    expect(await kept()).toContain("left 5");

    await place.handle({...begin, trainConfig: {...trainConfig, seed: 8}});
    await place.handle({type: "run", steps: 1});
    await place.handle({type: "openFile", file, backend: "auto"});
    expect((await store.summary())!.step).toBe(2);
    expect(await kept()).toEqual([]);
    expect(problems()).toEqual([]);
  });

  it("is taken without a text where the browser has the same one, and refused otherwise", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 2});
    const snapshot = (await store.snapshot())!;
    await place.handle({type: "run", steps: 1});
    const bare = new Blob([writeCheckpoint(snapshot)]);
    await place.handle({type: "openFile", file: bare, backend: "auto"});
    expect(place.last("opened")!.step).toBe(2);
    const corpus = {...snapshot.corpus, sha256: "1".repeat(64)};
    const foreign = new Blob([writeCheckpoint({...snapshot, corpus})]);
    await place.handle({type: "openFile", file: foreign, backend: "auto"});
    expect(problems()).toEqual([expect.stringMatching(/holds a run but not its text/)]);
    expect(place.state).toBe("paused");
    expect((await store.summary())!.step).toBe(2);
  });

  it("is refused with a sentence where it is damaged or no run, and what was open stays", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 1});
    const bytes = new Uint8Array(await (await download()).arrayBuffer());
    expect(readRunFile(bytes).snapshot.step).toBe(1);
    bytes[bytes.length - 5000]! ^= 1;
    for (const file of [new Blob([bytes]), new Blob(["no file of ours"])])
      await place.handle({type: "openFile", file, backend: "auto"});
    expect(problems()).toEqual([
      expect.stringMatching(/checkpoint is damaged/),
      expect.stringMatching(/not a whole safetensors file/)
    ]);
    expect(place.state).toBe("paused");
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(2);
  });

  it("is opened also where nothing can be stored", async () => {
    await place.handle(begin);
    const file = writeRunFile((await store.snapshot())!, tinyCorpus());
    const tab = new FakePlace(async () => {
      throw new Error("Storage is forbidden.");
    });
    await tab.handle({type: "openFile", file, backend: "auto"});
    expect(tab.last("opened")).toMatchObject({step: 0, isStored: false});
    expect(tab.all("problem").map(({message}) => message)).toEqual(["Storage is forbidden."]);
  });
});

describe("a model from files", () => {
  it("is where a new run begins, in its own shape, on the text in its own tokens", async () => {
    const tokenizer = characterTokenizer([..."abcde. "], "<|pad|>");
    const config = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 6, vocabSize: 8});
    const parameters = initialise(config, createRandom(8));
    const onnx = toOnnx({config, parameters, metadata: {tokenizer: tokenizer.toJSON(), run: null}});
    await place.handle({...begin, from: {name: "mine.zip", file: new Blob([onnx])}});
    expect(problems()).toEqual([]);
    expect(place.last("opened")).toMatchObject({step: 0, isStored: true, run: {modelConfig: config}});
    expect(place.last("remark")!.message).toContain(
      "does not know 1 kind of characters of this text, 147 in all."
    );
    const stored = (await store.snapshot())!;
    expect(stored.parameters).toEqual(parameters);
    expect(stored.corpus.tokenizer).toEqual(tokenizer.toJSON());
    const begunFrom = {name: "mine.zip", sha256: await parametersSha256(parameters)};
    expect(stored.begunFrom).toEqual(begunFrom);
    expect(place.last("opened")!.run.begunFrom).toEqual(begunFrom);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    const trained = (await store.snapshot())!;
    expect(trained.parameters).not.toEqual(parameters);
    // What it began at stays with it: in storage, in a checkpoint, in a file, in the record and in the receipt.
    const {snapshot} = readRunFile(
      new Uint8Array(await writeRunFile(trained, (await store.tokens())!).arrayBuffer())
    );
    const record = readRunRecord(JsonReader.parse(JSON.stringify(runRecord(trained)), "it"));
    const checkpoints = await store.checkpoints.list();
    const kept = await store.checkpoints.read(checkpoints[0]!);
    for (const run of [trained, kept, (await store.summary())!, snapshot, record, receiptOf(trained)])
      expect(run.begunFrom).toEqual(begunFrom);
    await place.handle({type: "open", backend: "auto"});
    expect(place.last("opened")!.run.begunFrom).toEqual(begunFrom);
  });

  it("that is damaged leaves the run that there was", async () => {
    await place.handle(begin);
    const before = await present();
    await place.handle({...begin, from: {name: "no.zip", file: new Blob(["no model"])}});
    expect(problems()).toEqual([expect.stringContaining("This is not a readable ONNX file")]);
    expect(await present()).toEqual(before);
    expect(place.state).toBe("paused");
  });
});

import "fake-indexeddb/auto";
import * as tf from "@tensorflow/tfjs-core";
import {deleteDB} from "idb";
import {afterEach, beforeEach, describe, expect, it, vi} from "vitest";
import {agreement, measureParity} from "../../src/components/evaluation/parity.js";
import {fromOnnx} from "../../src/components/exchange/onnx/onnx.js";
import {openRunFile} from "../../src/components/exchange/runFile.js";
import {openOnnxModel} from "../../src/components/inference/onnxModel.js";
import {modelConfig} from "../../src/components/model/config.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";
import {presets} from "../../src/components/training/presets.js";
import type {Command, ExportedModel, Report} from "../../src/components/training/protocol.js";
import type {Snapshot} from "../../src/components/training/snapshot.js";
import {RunStore, StorageError} from "../../src/components/training/store.js";
import type {Trainer} from "../../src/components/training/trainer.js";
import {tinyCorpus} from "./corpus.js";
import {FakePlace} from "./place.js";

const NAME = "session-test";
const tokenizer = readTokenizer(tinyCorpus().meta.tokenizer);
const model = modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 16, blockSize: 8});
const trainConfig = {
  ...presets.toy.train,
  batchSize: 2,
  steps: 24,
  warmupSteps: 4,
  evalInterval: 10,
  evalBatches: 2
};
const begin: Extract<Command, {type: "begin"}> = {
  type: "begin",
  corpus: {kind: "text", name: "test", text: ""},
  modelConfig: model,
  trainConfig,
  backend: "auto"
};

let store: RunStore;
let place: FakePlace;

beforeEach(async () => {
  store = await RunStore.open(NAME);
  place = new FakePlace(async () => store);
});
afterEach(async () => {
  store.close();
  await deleteDB(NAME);
});

/** What must not differ between two ways to the same step. */
const essence = ({step, random, history, parameters, firstMoments, secondMoments}: Snapshot) => ({
  step,
  random,
  // How long a step took is no part of what it did.
  history: history.map(({seconds: _, ...point}) => point),
  parameters,
  firstMoments,
  secondMoments
});

/** The whole run without an interruption, in a place and store of its own. */
async function uninterrupted(): Promise<ReturnType<typeof essence>> {
  const own = await RunStore.open("uninterrupted");
  const straight = new FakePlace(async () => own);
  await straight.handle(begin);
  await straight.handle({type: "run"});
  const snapshot = (await own.snapshot())!;
  own.close();
  await deleteDB("uninterrupted");
  return essence(snapshot);
}

/** Calls back once, with the first report that fits. */
function once(fits: (report: Report) => boolean, act: (report: Report) => void): void {
  const before = place.answer;
  place.answer = (report) => {
    before(report);
    if (!fits(report)) return;
    place.answer = before;
    act(report);
  };
}
/** Steps come in groups, where an estimate of the validation loss waits for those in flight. */
const atStep = (step: number) => (report: Report) => report.type === "progress" && report.step >= step;

it("tells what is done with the text before a run, and what cleaning took out of it", async () => {
  const removed = [{kind: "trailing space", count: 2}] as const;
  vi.spyOn(place, "loadCorpus").mockImplementation(async (_source, _blockSize, {say, onCleaned}) => {
    say!("Cleaning …");
    onCleaned!([...removed]);
    return tinyCorpus();
  });
  await place.handle(begin);
  expect(place.all("preparing")[0]!.message).toBe("Cleaning …");
  expect(place.last("cleaned")!.removed).toEqual(removed);
  expect(place.state).toBe("paused");
});

describe("a run", () => {
  it("begins paused, and is stored before its first step", async () => {
    await place.handle(begin);
    expect(place.reports.map(({type}) => type)).toEqual([
      "state",
      "preparing",
      "preparing",
      "opened",
      "checkpoints",
      "state"
    ]);
    expect(place.state).toBe("paused");
    expect(place.last("opened")).toMatchObject({
      step: 0,
      history: [],
      run: {modelConfig: {...model, vocabSize: 8}, trainConfig, backend: {name: "wasm"}}
    });
    expect(await store.snapshot()).toMatchObject({step: 0, runId: place.last("opened")!.run.runId});
    expect((await store.tokens())!.train).toEqual(tinyCorpus().train.slice());
  });

  it("tells of every step, measures, saves, draws a sample and ends complete", async () => {
    await place.handle(begin);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    expect(place.all("problem")).toEqual([]);
    expect(place.all("evaluated").map(({step}) => step)).toEqual([0, 10, 20, 24]);
    const points = place.all("progress").flatMap(({history}) => history);
    expect(points.map(({step}) => step)).toEqual(Array.from({length: 24}, (_, i) => i + 1));
    expect(points.every(({trainLoss}) => Number.isFinite(trainLoss))).toBe(true);
    expect(place.last("progress")).toMatchObject({step: 24, secondsLeft: 0});
    // A page that appends what it hears has its points in order.
    let told = 0;
    for (const report of place.reports) {
      if (report.type === "progress") told = report.history.at(-1)!.step;
      if (report.type === "evaluated") expect(told).toBe(report.step);
    }
    for (const {tokensPerSecond, secondsLeft, gradientNorm} of place.all("progress").slice(1)) {
      expect(tokensPerSecond).toBeGreaterThan(0);
      expect(Number.isFinite(secondsLeft)).toBe(true);
      expect(gradientNorm).toBeGreaterThan(0);
    }
    const stored = (await store.snapshot())!;
    expect(stored.step).toBe(24);
    expect(stored.history.filter(({trainLoss}) => trainLoss !== null)).toHaveLength(24);
    expect(stored.history.at(-1)!.validationLoss).toBe(place.last("evaluated")!.validationLoss);
    expect(place.last("saved")!.step).toBe(24);
  });

  it("measures its speed by the clock: one step of 16 tokens every 200 ms", async () => {
    await place.handle(begin);
    vi.spyOn(place, "yieldToOthers").mockImplementation(async () => {
      place.clock += 200;
    });
    await place.handle({type: "run", steps: 12});
    const last = place.last("progress")!;
    const first = place.all("progress")[0]!;
    expect(last.step).toBe(12);
    const seconds = (place.all("progress").at(-1)!.clock - first.clock) / 1000;
    expect(last.tokensPerSecond).toBeCloseTo((11 * 16) / seconds, 6);
    expect(last.secondsLeft).toBeCloseTo((12 * seconds) / 11, 6);
  });

  it("draws samples that are text of the model's own, at most every ten seconds", async () => {
    place.pace = 2000;
    await place.handle(begin);
    await place.handle({type: "run"});
    const samples = place.all("sample");
    expect(samples.length).toBeGreaterThanOrEqual(2);
    for (const {text} of samples) {
      expect(text).toHaveLength(161);
      expect(tokenizer.encode(text).unknown).toEqual([]);
    }
    expect(samples.at(-1)!).toMatchObject({begunAt: 24, step: 24});
    expect(new Set(samples.map(({text}) => text)).size).toBe(samples.length);
  });
});

describe("attention", () => {
  it("is told between two steps of a run, which goes on to the same end, and at rest", async () => {
    place.pace = 2000;
    await place.handle(begin);
    await place.handle({type: "attention"}); // of no text yet
    expect(place.all("attention")).toEqual([]);
    once(
      ({type}) => type === "sample",
      () => void place.handle({type: "attention"})
    );
    await place.handle({type: "run"});
    await place.handle({type: "attention"});
    expect(place.all("attention").map(({step}) => step)).toEqual([expect.any(Number), 24]);
    const [during, atRest] = place.all("attention");
    expect(during!.step).toBeLessThan(24);
    const text = place.all("sample").at(-1)!.text;
    expect(atRest!.tokens.join("")).toBe(text.slice(-8));
    for (const {weights} of [during!, atRest!]) {
      expect(weights).toHaveLength(1 * 2 * 8 * 8);
      for (let row = 0; row < 16; row++)
        expect(weights.subarray(8 * row, 8 * row + 8).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });
});

describe("pause and continue", () => {
  it("gives the same curve as a run without a pause, bit for bit", async () => {
    await place.handle(begin);
    once(atStep(7), () => void place.handle({type: "pause"}));
    await place.handle({type: "run"});
    expect(place.state).toBe("paused");
    const {step} = (await store.snapshot())!;
    expect(step).toBeGreaterThanOrEqual(7);
    expect(step).toBeLessThan(12);
    expect(place.last("progress")!.step).toBe(step);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });

  it("steps one at a time, telling of each, and comes to the same end", async () => {
    place.pace = 1; // quicker than reports are due
    await place.handle(begin);
    for (let step = 1; step <= 5; step++) {
      await place.handle({type: "run", steps: 1});
      expect(place.state).toBe("paused");
      expect(place.last("progress")).toMatchObject({step, history: [{step}]});
      expect(place.last("progress")!.secondsLeft).not.toBeNaN();
      expect((await store.summary())!.step).toBe(step);
    }
    await place.handle({type: "run"});
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });

  it("is never told a time left that is not a number, not even at the last of single steps", async () => {
    await place.handle({...begin, trainConfig: {...trainConfig, steps: 2}});
    for (let step = 1; step <= 2; step++) await place.handle({type: "run", steps: 1});
    expect(place.state).toBe("complete");
    // One step alone has no speed.
    for (const {secondsLeft, tokensPerSecond} of place.all("progress"))
      expect({secondsLeft, tokensPerSecond}).toEqual({secondsLeft: null, tokensPerSecond: null});
  });

  it("gives up a preparation at a pause, without a complaint, and begins when asked again", async () => {
    const prepared = place.handle(begin);
    const run = place.handle({type: "run"});
    const paused = place.handle({type: "pause"});
    await Promise.all([prepared, run, paused]);
    expect(place.state).toBe("idle");
    expect([...place.all("opened"), ...place.all("progress"), ...place.all("problem")]).toEqual([]);
    expect(await store.summary()).toBeNull();
    await place.handle(begin);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
  });

  it("tells how far a text has been read, and keeps the open run when the reading is stopped", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 3});
    vi.spyOn(place, "loadCorpus").mockImplementation(
      async (_source, _blockSize, {onReading, remark, signal}) => {
        remark!("Known.");
        for (let bytes = 0; ; bytes += 10) {
          signal!.throwIfAborted();
          onReading!({purpose: "learn", bytes, total: 1e6});
          await place.yieldToOthers();
          if (bytes === 50) void place.handle({type: "pause"});
        }
      }
    );
    await place.handle(begin);
    expect(place.last("remark")!.message).toBe("Known.");
    const readings = place.all("reading");
    expect(readings.map(({bytes}) => bytes)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(readings[1]!.secondsLeft).toBeNull();
    // 10 bytes every 200 ms.
    expect(readings.at(-1)).toMatchObject({bytesPerSecond: 50, secondsLeft: (1e6 - 50) / 50});
    expect([place.state, place.all("problem").length]).toEqual(["paused", 0]);
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(4);
  });

  it("says whether the engine runs kernels of our own", async () => {
    await place.handle(begin);
    expect(place.last("opened")!.run.hasOwnKernels).toBe(true);
  });

  it("leaves its curve on the shelf, and the next run's does too when a third replaces it", async () => {
    await place.handle(begin);
    await place.handle({type: "run"});
    const {runId} = place.last("opened")!.run;
    expect((await store.kept()).map(({run}) => run.runId)).toEqual([runId]);
    await place.handle({...begin, modelConfig: {...model, architecture: "neuralBigram"}});
    await place.handle({type: "run", steps: 3});
    await place.handle({...begin, modelConfig: {...model, architecture: "bigram"}});
    const kept = (await store.kept()).map(({run}) => run);
    expect(kept.map(({modelConfig, step}) => [modelConfig.architecture, step])).toEqual([
      ["transformer", 24],
      ["neuralBigram", 3]
    ]);
    expect(kept[0]!.history.filter(({validationLoss}) => validationLoss !== null)).toHaveLength(4);
  });

  it("finishes nothing twice: a complete run stays complete", async () => {
    await place.handle(begin);
    await place.handle({type: "run"});
    const before = essence((await store.snapshot())!);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    expect(essence((await store.snapshot())!)).toEqual(before);
  });
});

describe("what a page loses when it goes away", () => {
  it("is less than ten seconds of training, and the rest is the same bit for bit", async () => {
    place.pace = 1500;
    await place.handle(begin);
    once(atStep(18), () => {
      place.gone = true;
    });
    void place.handle({type: "run"});
    await vi.waitFor(() => expect(place.stopped).toBe(true), {timeout: 60_000});
    const saved = place.all("saved").at(-1)!;
    expect(place.clock - saved.clock).toBeLessThan(10_000);

    const reloaded = new FakePlace(async () => store);
    await reloaded.handle({type: "open", backend: "auto"});
    expect(reloaded.state).toBe("paused");
    const opened = reloaded.last("opened")!;
    expect(opened.step).toBe(saved.step);
    expect(opened.step).toBeGreaterThan(0);
    expect(opened.step).toBeLessThan(24);
    expect(opened.run.runId).toBe(place.last("opened")!.run.runId);
    expect(opened.history.at(-1)!.step).toBe(saved.step);
    await reloaded.handle({type: "run"});
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });

  it("is saved every eight seconds and not more often, and at a pause", async () => {
    place.pace = 900;
    await place.handle({...begin, trainConfig: {...trainConfig, steps: 60}});
    once(atStep(50), () => void place.handle({type: "pause"}));
    await place.handle({type: "run"});
    const saves = place.all("saved");
    expect(saves.length).toBeGreaterThanOrEqual(4);
    const regular = saves.slice(0, -1);
    regular.slice(1).forEach(({clock}, i) => {
      expect(clock - regular[i]!.clock).toBeGreaterThanOrEqual(8_000);
    });
    const longest = Math.max(...regular.slice(1).map(({clock}, i) => clock - regular[i]!.clock));
    expect(longest).toBeLessThan(8_000 + 2 * 900);
    expect(saves.at(-1)!.step).toBe((await store.summary())!.step);
    expect(saves.at(-1)!.step).toBe(place.last("progress")!.step);
  });
});

describe("export", () => {
  /** Runs the exported file in ONNX Runtime and compares its logits with the trainer's own. */
  async function check({onnx, reference}: ExportedModel): Promise<void> {
    expect(reference.windows).toHaveLength(3);
    for (const {ids, logits} of reference.windows) expect([ids.length, logits.length]).toEqual([8, 64]);
    const model = await openOnnxModel(onnx, {label: "exported", tokenizer});
    const parity = await measureParity(model, reference);
    expect(parity.logits.scale).toBeGreaterThan(0.01);
    expect(parity.greedy).toEqual({characters: 200, same: 200, isTie: false});
    expect(parity.perplexity.reference).toBeGreaterThan(1);
    expect(agreement(parity)).toEqual({logits: true, greedy: true, perplexity: true});
    model.dispose();
  }

  it("gives a paused run's model, which ONNX Runtime computes as the trainer does", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 6});
    await store.writeNotes((await store.summary())!.runId, "six steps");
    await place.handle({type: "export"});
    const {model} = place.last("exported")!;
    expect(model.step).toBe(6);
    await check(model);
    const {parameters, metadata} = fromOnnx(model.onnx);
    expect(parameters).toEqual((await store.snapshot())!.parameters);
    expect(metadata.run).toMatchObject({
      steps: 6,
      seed: trainConfig.seed,
      adapter: "wasm",
      notes: "six steps"
    });
    await place.handle({type: "download"});
    expect((await openRunFile(place.files.at(-1)!)).snapshot.notes).toBe("six steps");
    expect(readTokenizer(metadata.tokenizer).vocabulary).toEqual(tokenizer.vocabulary);
    expect(place.state).toBe("paused");
  });

  it("is made between two steps of a run, which goes on to the same end", async () => {
    await place.handle(begin);
    once(atStep(9), () => void place.handle({type: "export"}));
    await place.handle({type: "run"});
    expect(place.all("exported")).toHaveLength(1);
    const {model} = place.last("exported")!;
    expect(model.step).toBeGreaterThanOrEqual(9);
    expect(model.step).toBeLessThan(16);
    await check(model);
    expect(place.state).toBe("complete");
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });

  it("tells how far it is and can be given up, and the run goes on", async () => {
    await place.handle(begin);
    once(atStep(5), () => {
      void place.handle({type: "export"});
      once(
        (report) => report.type === "exporting" && report.done > 30,
        () => void place.handle({type: "stopExport"})
      );
    });
    await place.handle({type: "run"});
    expect(place.all("exportStopped")).toHaveLength(1);
    expect(place.all("exported")).toEqual([]);
    expect(place.all("problem")).toEqual([]);
    const {done, total} = place.last("exporting")!;
    expect(done).toBeLessThan(total);
    expect(place.state).toBe("complete");
    await place.handle({type: "export"});
    await check(place.last("exported")!.model);
  });

  it("is made after the last step when it is asked for then", async () => {
    await place.handle(begin);
    once(
      ({type}) => type === "saved",
      () => void place.handle({type: "export"})
    );
    place.pace = 1;
    await place.handle({type: "run", steps: 3});
    await place.handle({type: "pause"}); // whatever comes next
    expect(place.last("exported")?.model.step).toBe(3);
  });
});

describe("what goes wrong", () => {
  const messages = () => place.all("problem").map(({message}) => message);

  it("refuses to train beside another tab", async () => {
    place.claimed = false;
    await place.handle(begin);
    expect(messages()).toEqual([expect.stringMatching(/^Another tab of this site is training/)]);
    expect(place.state).toBe("idle");
    expect(await store.summary()).toBeNull();
    place.claimed = true;
    await place.handle(begin);
    expect(place.state).toBe("paused");
  });

  it("says that there is nothing to continue", async () => {
    await place.handle({type: "open", backend: "auto"});
    expect(messages()).toEqual([expect.stringMatching(/no stored run to continue: start a new one/)]);
    expect(place.state).toBe("idle");
  });

  it.each<Command>([{type: "run"}, {type: "export"}])(
    "says that no run is open to $type",
    async (command) => {
      await place.handle(command);
      expect(messages()).toEqual(["No run is open: start one, or continue the stored one."]);
      expect(place.state).toBe("idle");
    }
  );

  it("refuses impossible settings, and leaves the stored run as it is", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 3});
    const before = await store.snapshot();
    await place.handle({...begin, modelConfig: {...model, nHead: 3}});
    expect(messages()).toEqual([expect.stringMatching(/nEmbd is 8, which nHead 3 does not divide/)]);
    expect(place.state).toBe("paused");
    expect(await store.snapshot()).toEqual(before);
    await place.handle({type: "open", backend: "auto"});
    expect(place.last("opened")!.step).toBe(3);
  });

  it("keeps a run, stored and open, when the engine of a new one does not start", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 3});
    const before = await store.snapshot();
    place.missing = "webgl";
    await place.handle({...begin, backend: "webgl"});
    expect(messages()).toEqual(["The webgl backend could not start on this machine."]);
    expect(place.state).toBe("paused");
    expect(await store.snapshot()).toEqual(before);
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(4);
  });

  it("goes back to TensorFlow.js’s own operations where the open run has them", async () => {
    place.isStock = true;
    await place.handle({...begin, backend: "webgpu-stock"});
    expect(place.last("opened")!.run.backend.isStock).toBe(true);
    place.missing = "webgl";
    await place.handle({...begin, backend: "webgl"});
    expect(place.wanted).toEqual(["webgpu-stock", "webgl", "webgpu-stock"]);
  });

  it("keeps a run that lives only in its tab when a new one is refused", async () => {
    place.store = async () => {
      throw new StorageError("This browser's storage for the site is full.");
    };
    await place.handle(begin);
    await place.handle({type: "run", steps: 3});
    await place.handle({...begin, modelConfig: {...model, blockSize: 4000}});
    expect(messages().at(-1)).toMatch(/blockSize is 4000, but the shorter part of “test words” has/);
    await place.handle({type: "run", steps: 1});
    expect(place.last("progress")!.step).toBe(4);
  });

  it("stores the whole run again when the browser has cleared the site's data", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 2});
    await store.clear();
    await place.handle({type: "run", steps: 2});
    expect(place.last("saved")!.step).toBe(4);
    const reloaded = new FakePlace(async () => store);
    await reloaded.handle({type: "open", backend: "auto"});
    expect(reloaded.last("opened")!.step).toBe(4);
  });

  it("tells at the beginning and once in each run that nothing can be stored, and trains on", async () => {
    place.store = async () => {
      throw new StorageError("This browser's storage for the site is full.");
    };
    place.pace = 4000;
    await place.handle(begin);
    await place.handle({type: "run"});
    const full = "This browser's storage for the site is full.";
    // A page forgets the first when the run starts. That run asks for three saves at least, ten seconds apart.
    expect(messages()).toEqual([full, full]);
    expect(place.reports.map(({type}) => type).indexOf("problem")).toBeLessThan(4);
    expect(place.clock).toBeGreaterThan(30_000);
    expect(place.last("problem")!.fatal).toBe(false);
    expect(place.all("saved")).toEqual([]);
    expect(place.state).toBe("complete");
  });

  it("stores the whole run, text included, once there is room again", async () => {
    place.store = async () => {
      throw new StorageError("This browser's storage for the site is full.");
    };
    await place.handle(begin);
    await place.handle({type: "run", steps: 3});
    place.store = async () => store;
    await place.handle({type: "run", steps: 3});
    expect(place.last("saved")!.step).toBe(6);
    const reloaded = new FakePlace(async () => store);
    await reloaded.handle({type: "open", backend: "auto"});
    expect(reloaded.last("opened")).toMatchObject({step: 6});
  });

  it("stores it also where an older run was stored before", async () => {
    await place.handle({...begin, trainConfig: {...trainConfig, seed: 1}});
    const failing = vi.spyOn(store, "begin").mockRejectedValueOnce(new StorageError("Full."));
    await place.handle(begin);
    await place.handle({type: "run", steps: 2});
    expect(messages()).toEqual(["Full."]);
    expect(await store.summary()).toMatchObject({step: 2, runId: place.last("opened")!.run.runId});
    failing.mockRestore();
  });

  it("ends with a sentence when the loss is no number, and the saved state opens and trains", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 5});
    poison();
    await place.handle({type: "run"});
    expect(messages()).toEqual([expect.stringMatching(/loss is not a finite number at step 6/)]);
    expect(place.state).toBe("idle");
    expect((await store.snapshot())!.step).toBe(5);
    await place.handle({type: "open", backend: "auto"});
    expect(place.last("opened")!.step).toBe(5);
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
    expect(essence((await store.snapshot())!)).toEqual(await uninterrupted());
  });

  it("lets go of every tensor of a run that another replaces", async () => {
    await place.handle(begin);
    const {numTensors} = tf.memory();
    await place.handle(begin);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it("tells of a GPU that fails, stores nothing that it computed, and needs a new start", async () => {
    await place.handle(begin);
    await place.handle({type: "run", steps: 5});
    const before = await store.snapshot();
    once(atStep(8), () => place.failDevice("Device lost"));
    await place.handle({type: "run"});
    expect(messages()).toEqual([expect.stringMatching(/GPU failed \(Device lost\)\. Reload the page/)]);
    expect(place.last("problem")!.fatal).toBe(true);
    expect(await store.snapshot()).toEqual(before);
    expect(place.state).toBe("idle");
    await place.handle({type: "run"});
    expect(messages().at(-1)).toMatch(/^No run is open/);
    await place.handle({type: "open", backend: "wasm"});
    await place.handle({type: "run"});
    expect(place.state).toBe("complete");
  });

  it("tells of a GPU that fails while the run is paused", async () => {
    await place.handle(begin);
    place.failDevice("Device lost");
    await place.handle({type: "export"});
    expect(messages()).toEqual([
      expect.stringMatching(/GPU failed \(Device lost\)/),
      expect.stringMatching(/^No run is open/)
    ]);
    expect(place.all("exported")).toEqual([]);
    expect(place.state).toBe("idle");
  });

  it("does not mind that the GPU of an earlier run fails", async () => {
    await place.handle(begin);
    const {failDevice} = place;
    await place.handle(begin);
    once(atStep(8), () => failDevice("Device lost"));
    await place.handle({type: "run"});
    expect(messages()).toEqual([]);
    expect(place.state).toBe("complete");
  });

  /** What too high a learning rate leaves behind. */
  function poison(): void {
    const {trainer} = (place.session as unknown as {run: {trainer: Trainer}}).run;
    const bias = trainer.model.parameters["transformer.ln_f.bias"]!;
    bias.assign(tf.fill(bias.shape, Number.NaN));
  }
});

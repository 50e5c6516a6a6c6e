import {beforeAll, beforeEach, describe, expect, it} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {BadLossError} from "../../src/components/training/badLoss.js";
import {type LoopHooks, trainingLoop} from "../../src/components/training/loop.js";
import {newRun} from "../../src/components/training/newRun.js";
import {presets} from "../../src/components/training/presets.js";
import {Trainer} from "../../src/components/training/trainer.js";
import {useBackend} from "../backends.js";
import {tinyCorpus} from "./corpus.js";

const corpus = tinyCorpus();
const model = modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 8, vocabSize: 8});
const train = {
  ...presets.toy.train,
  batchSize: 2,
  steps: 12,
  warmupSteps: 2,
  evalInterval: 5,
  evalBatches: 1
};

let trainer: Trainer;
let clock: number;
let events: string[];
let stop: AbortController;

beforeAll(() => useBackend("wasm"));
beforeEach(() => {
  trainer = new Trainer(newRun(model, train, corpus.meta), corpus, "wasm");
  clock = 5000;
  events = [];
  stop = new AbortController();
  return () => trainer.dispose();
});

/** Hooks that note what they are told; a step takes a second, a batch of an estimate none. */
const hooks = (change: Partial<LoopHooks> = {}): LoopHooks => ({
  signal: stop.signal,
  onStep: ({step}) => void events.push(`step ${step}`),
  onMeasuring: () => {
    clock -= 1000;
  },
  onEvaluation: (step) => void events.push(`measured ${step}`),
  save: async () => void events.push(`saved ${trainer.step}`),
  yieldToOthers: async () => {
    clock += 1000;
  },
  now: () => clock,
  ...change
});

const names = (kind: string) => events.filter((event) => event.startsWith(kind));
const upTo = (count: number) => Array.from({length: count}, (_, i) => `step ${i + 1}`);

describe("trainingLoop", () => {
  it("tells of each step once and in order, measures before the first and after the last, saves at the end", async () => {
    expect(await trainingLoop(trainer, hooks())).toBe("complete");
    expect(names("step")).toEqual(upTo(12));
    expect(names("measured")).toEqual(["measured 0", "measured 5", "measured 10", "measured 12"]);
    expect(events[0]).toBe("measured 0");
    expect(names("saved")).toEqual(["saved 12"]);
    expect(events.at(-1)).toBe("saved 12");
  });

  it("measures only when every step so far has been told of", async () => {
    await trainingLoop(trainer, hooks());
    expect(events.indexOf("measured 5")).toBe(events.indexOf("step 5") + 1);
    expect(events.indexOf("measured 10")).toBe(events.indexOf("step 10") + 1);
  });

  it("stops after the step in progress when the signal aborts, and tells of all that were done", async () => {
    const ended = await trainingLoop(
      trainer,
      hooks({
        yieldToOthers: async () => {
          if (trainer.step === 7) stop.abort();
        }
      })
    );
    expect(ended).toBe("paused");
    expect(trainer.step).toBe(7);
    expect(names("step")).toEqual(upTo(7));
    expect(events.at(-1)).toBe("saved 7");
  });

  it("does nothing but save when the signal has aborted before", async () => {
    stop.abort();
    expect(await trainingLoop(trainer, hooks())).toBe("paused");
    expect(events).toEqual(["saved 0"]);
  });

  it("stops at `until`, then goes on, measuring nothing twice", async () => {
    expect(await trainingLoop(trainer, hooks({until: 5}))).toBe("paused");
    expect(await trainingLoop(trainer, hooks({until: 6}))).toBe("paused");
    expect(await trainingLoop(trainer, hooks({until: 100}))).toBe("complete");
    expect(names("step")).toEqual(upTo(12));
    expect(names("measured")).toEqual(["measured 0", "measured 5", "measured 10", "measured 12"]);
    const before = events.length;
    expect(await trainingLoop(trainer, hooks())).toBe("complete");
    expect(events.slice(before)).toEqual(["saved 12"]);
  });

  it("saves between steps when the interval has gone by, with nothing in flight", async () => {
    await trainingLoop(trainer, hooks({saveInterval: 4000}));
    expect(names("saved")).toEqual(["saved 4", "saved 8", "saved 12", "saved 12"]);
    for (const step of [4, 8]) expect(events[events.indexOf(`saved ${step}`) - 1]).toBe(`step ${step}`);
  });

  it("stops in the middle of an estimate, records nothing of it and makes it anew", async () => {
    trainer.dispose();
    trainer = new Trainer(newRun(model, {...train, evalBatches: 4}, corpus.meta), corpus, "wasm");
    let batches = 0;
    const impatient = hooks({onMeasuring: () => ++batches === 2 && stop.abort()});
    expect(await trainingLoop(trainer, impatient)).toBe("paused");
    expect([batches, trainer.step, trainer.history, names("measured")]).toEqual([2, 0, [], []]);
    stop = new AbortController();
    await trainingLoop(trainer, hooks({signal: stop.signal, until: 1}));
    expect(names("measured")).toEqual(["measured 0"]);
  });

  it("does other work with no step in flight", async () => {
    let done = 0;
    const atRest = {
      isDue: () => done < 2,
      run: async () => {
        done += 1;
        expect(
          trainer.history.every(
            ({trainLoss, validationLoss}) => trainLoss !== null || validationLoss !== null
          )
        ).toBe(true);
      }
    };
    await trainingLoop(trainer, hooks({atRest}));
    expect(done).toBe(2);
  });

  it("counts the seconds of its own time, not of pauses", async () => {
    await trainingLoop(trainer, hooks({until: 5}));
    expect(trainer.seconds).toBe(5);
    clock += 100_000;
    await trainingLoop(trainer, hooks());
    expect(trainer.seconds).toBe(12);
  });

  it("rejects with the first bad loss, saves nothing after it, and leaves no promise unheard", async () => {
    const bad = newRun(model, train, corpus.meta);
    bad.parameters["transformer.ln_f.bias"]!.data[0] = Number.NaN;
    trainer.dispose();
    trainer = new Trainer(bad, corpus, "wasm");
    await expect(trainingLoop(trainer, hooks())).rejects.toThrow(BadLossError);
    await expect(trainingLoop(trainer, hooks())).rejects.toThrow(/not a finite number/);
    expect(names("step")).toEqual([]);
    expect(names("saved")).toEqual([]);
  });

  it("rejects when saving does", async () => {
    const full = new Error("disk full");
    await expect(trainingLoop(trainer, hooks({save: () => Promise.reject(full)}))).rejects.toBe(full);
  });

  it("runs without a place to save to", async () => {
    const {save, ...rest} = hooks();
    expect(save).toBeDefined();
    expect(await trainingLoop(trainer, {...rest, saveInterval: 1})).toBe("complete");
  });
});

import {describe, expect, it} from "vitest";
import {presets} from "../../src/components/training/presets.js";
import type {Report, RunFacts} from "../../src/components/training/protocol.js";
import {idle, nextState, type RunState, storedState} from "../../src/components/workbench/runState.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const run: RunFacts = {
  runId: "a",
  modelConfig: {...presets.toy.model, vocabSize: 8},
  trainConfig: presets.toy.train,
  corpus: meta,
  backend: {name: "wasm", adapter: "WebAssembly", reason: "You chose it."},
  hasOwnKernels: true,
  capture: null
};
const point = (step: number, trainLoss: number | null, validationLoss: number | null = null) => ({
  step,
  trainLoss,
  validationLoss
});
const summary = {
  version: 3 as const,
  runId: run.runId,
  modelConfig: run.modelConfig,
  trainConfig: run.trainConfig,
  corpus: meta,
  step: 2,
  random: [1, 2, 3, 4] as const,
  history: [point(1, 2, 2.2), point(2, 1.5)],
  adapter: "wasm",
  seconds: 3
};
const replay = (reports: Report[], start: RunState = idle) => reports.reduce(nextState, start);

describe("nextState", () => {
  it("follows a run from its beginning to a pause", () => {
    const state = replay([
      {type: "state", state: "preparing"},
      {type: "preparing", message: "Reading …"},
      {type: "opened", run, history: [], step: 0, isStored: true},
      {type: "state", state: "running"},
      {type: "evaluated", step: 0, validationLoss: 2.1},
      {
        type: "progress",
        step: 2,
        loss: 1.9,
        gradientNorm: 0.5,
        tokensPerSecond: 100,
        secondsLeft: 9,
        history: [point(1, 2), point(2, 1.9)]
      },
      {type: "saved", step: 2},
      {type: "state", state: "paused"}
    ]);
    expect(state).toMatchObject({
      state: "paused",
      preparing: null,
      run,
      step: 2,
      loss: 1.9,
      validationLoss: 2.1,
      savedStep: 2,
      secondsLeft: null
    });
    expect(state.history).toEqual([point(0, null, 2.1), point(1, 2), point(2, 1.9)]);
  });

  it("puts a validation loss on the point of its step", () => {
    const opened = replay([{type: "opened", run, history: [point(1, 2)], step: 1, isStored: true}]);
    expect(nextState(opened, {type: "evaluated", step: 1, validationLoss: 1.5}).history).toEqual([
      point(1, 2, 1.5)
    ]);
  });

  it("takes losses and curve from an opened run, and nothing from the one before", () => {
    const before: RunState = {
      ...idle,
      sample: {begunAt: 3, step: 3, text: "old", isWhole: true},
      history: [point(9, 9)]
    };
    const state = replay(
      [{type: "opened", run, history: [point(1, 2, 2.5), point(2, 1)], step: 2, isStored: true}],
      before
    );
    expect(state).toMatchObject({loss: 1, validationLoss: 2.5, step: 2, savedStep: 2, sample: null});
    expect(state.history).toHaveLength(2);
  });

  it("keeps what the heads attended to until another run opens", () => {
    const attention = {step: 4, tokens: ["a", "b"], weights: Float32Array.of(1, 0, 0.5, 0.5)};
    const state = replay([{type: "attention", ...attention}], idle);
    expect(state.attention).toEqual(attention);
    const opened: Report = {type: "opened", run, history: [], step: 0, isStored: true};
    expect(replay([opened], state).attention).toBeNull();
  });

  it("keeps what cleaning took out, and the curves of other runs, when a run opens", () => {
    const removed = [{kind: "blank lines" as const, count: 2}];
    const kept = [{keptAt: 1, run: {...summary, runId: "other"}}];
    const state = replay(
      [
        {type: "cleaned", removed},
        {type: "opened", run, history: [], step: 0, isStored: true}
      ],
      storedState(summary, kept)
    );
    expect(state).toMatchObject({removed, kept, stored: null});
  });

  it("shows a reading until something else is prepared, and keeps what is to be known of the text", () => {
    const reading = {purpose: "cut", bytes: 5, total: 10, bytesPerSecond: null, secondsLeft: null} as const;
    const busy = replay([
      {type: "state", state: "preparing"},
      {type: "remark", message: "Kept."},
      {type: "reading", ...reading}
    ]);
    expect(busy.reading).toEqual(reading);
    expect(nextState(busy, {type: "preparing", message: "Starting …"}).reading).toBeNull();
    expect(nextState(busy, {type: "state", state: "idle"}).reading).toBeNull();
    const opened = nextState(busy, {type: "opened", run, history: [], step: 0, isStored: true});
    expect(opened.remarks).toEqual(["Kept."]);
    expect(nextState(opened, {type: "state", state: "preparing"}).remarks).toEqual([]);
  });

  it("knows what checkpoints are kept, also when one of them is opened", () => {
    const kept = {runId: "a", step: 1, kind: "asked", validationLoss: 2, bytes: 5, keptAt: 1} as const;
    const use = {used: 10, quota: 100};
    const state = replay([
      {type: "checkpoints", checkpoints: [kept], use},
      {type: "opened", run, history: [], step: 0, isStored: true}
    ]);
    expect(state).toMatchObject({checkpoints: [kept], use});
    expect(nextState(state, {type: "file", file: new Blob(), step: 1})).toBe(state);
  });

  it("claims no saved step for a run that could not be stored", () => {
    const opened: Report = {type: "opened", run, history: [], step: 0, isStored: false};
    expect(replay([opened]).savedStep).toBeNull();
    expect(replay([opened, {type: "saved", step: 5}]).savedStep).toBe(5);
  });

  it("keeps a problem in sight until the next attempt", () => {
    const failed = replay([
      {type: "problem", message: "No room.", fatal: false},
      {type: "state", state: "paused"}
    ]);
    expect(failed.problem).toEqual({message: "No room.", fatal: false});
    expect(nextState(failed, {type: "state", state: "running"}).problem).toBeNull();
  });

  it("is idle after a fatal problem", () => {
    const state = replay([
      {type: "state", state: "running"},
      {type: "problem", message: "The GPU failed.", fatal: true}
    ]);
    expect(state).toMatchObject({state: "idle", problem: {fatal: true}});
  });
});

describe("storedState", () => {
  it("is idle without a run", () => expect(storedState(null)).toEqual(idle));

  it("shows where a stored run stands", () => {
    expect(storedState(summary)).toMatchObject({
      state: "idle",
      stored: summary,
      step: 2,
      savedStep: 2,
      loss: 1.5,
      validationLoss: 2.2
    });
  });
});

import {afterEach, beforeEach, expect, test, vi} from "vitest";
import {cutText} from "../../src/components/evaluation/cutText.js";
import {scoreText, surprise} from "../../src/components/evaluation/surprise.js";
import {nextLogits} from "../../src/components/generation/contextReader.js";
import {
  type Distribution,
  distribution,
  PLAIN,
  type SamplingOptions
} from "../../src/components/generation/distribution.js";
import {generate} from "../../src/components/generation/generate.js";
import type {StudioModel} from "../../src/components/studio/model.js";
import type {Openers} from "../../src/components/studio/modelLoader.js";
import {SettingsStore} from "../../src/components/studio/settings.js";
import {Studio, type StudioState} from "../../src/components/studio/studio.js";
import type {RunSummary} from "../../src/components/training/snapshot.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const STEPS = 24;
const site = {model: "", modelBytes: 1000, tokenizer: "", run: "", corpusMeta: "", validation: ""};
let studios: Studio[] = [];

beforeEach(() => {
  studios = [];
});
afterEach(() => {
  for (const studio of studios) studio.dispose();
});

/** The fake model also gives an attention, of zeros, and counts what it is asked. */
function answering(options: Parameters<typeof fakeModel>[0] = {}) {
  const inner = fakeModel(options);
  const dispose = vi.fn();
  const model = {
    ...inner,
    dispose,
    trace: async (...[ids, asked]: Parameters<typeof inner.trace>) => {
      const trace = await inner.trace(ids, asked);
      return asked?.attention ? {...trace, attention: new Float32Array(ids.length ** 2)} : trace;
    }
  };
  return {...model, calls: inner.calls};
}

function open({
  model = answering(),
  run = null,
  openers = {},
  prompt = "abc",
  passage = "abcabcgfedcba",
  modelBytes = 1000,
  pace = 0
}: {
  model?: ReturnType<typeof answering>;
  run?: RunSummary | null;
  openers?: Partial<Openers>;
  prompt?: string | null;
  passage?: string | null;
  modelBytes?: number;
  pace?: number;
} = {}) {
  const settings = new SettingsStore(null, new EventTarget());
  settings.set({prompt, passage});
  const opened = (own: boolean): StudioModel => ({model, own, mismatch: null, opening: "defg abc"});
  const studio = new Studio({
    site: {...site, modelBytes},
    views: {steps: STEPS, attention: true, passage: true},
    settings,
    frame: (callback) => callback(),
    pace,
    openers: {
      findOwnRun: async () => ({run, problem: null}),
      openOwnModel: async () => opened(true),
      openShippedModel: async () => opened(false),
      ...openers
    }
  });
  studios.push(studio);
  return {studio, model, settings};
}

const settled = (studio: Studio) =>
  vi.waitFor(() => {
    const {writing, measurement, attention} = studio.state;
    expect(writing?.tokens.length).toBe(STEPS);
    expect(writing?.running).toBe(false);
    expect(measurement?.tempered && !measurement.progress).toBeTruthy();
    expect(attention?.trace && !attention.stale).toBeTruthy();
  });

async function expected(prompt: number[], options: SamplingOptions = PLAIN, seed = 1): Promise<number[]> {
  const ids: number[] = [];
  for await (const {id} of generate(fakeModel(), prompt, {options, seed, steps: STEPS})) ids.push(id);
  return ids;
}

test("shows distribution, continuation, attention and surprise of the settings", async () => {
  const {studio} = open();
  await studio.start();
  await settled(studio);
  const {writing, measurement, attention} = studio.state;
  expect(writing!.tokens).toEqual(await expected([0, 1, 2]));
  const logits = await nextLogits(fakeModel(), [0, 1, 2]);
  expect(writing!.shown).toEqual({distribution: distribution(logits, PLAIN), chosen: writing!.tokens[0]});
  const scores = await scoreText(fakeModel(), cutText("abcabcgfedcba", fakeModel().tokenizer));
  expect(measurement!.plain).toEqual(surprise(scores));
  // 27 tokens in a context of 8: the last window.
  expect([...attention!.trace!.ids]).toEqual([...writing!.prompt, ...writing!.tokens].slice(20));
});

test("a slider changes every view at once and without the model", async () => {
  const {studio, model} = open();
  await studio.start();
  await settled(studio);
  const before = studio.state;
  const states: StudioState[] = [];
  studio.subscribe((state) => states.push(state));
  studio.pause(); // so that any call would be the slider's own
  const calls = model.calls.length;
  const options = {temperature: 0.7, topK: 3, topP: 1, minP: 0.2};
  studio.set(options);
  // Everything here happened within `set`.
  expect(model.calls.length).toBe(calls);
  const after = states.at(-1)!;
  const shown = (state: StudioState): Distribution => state.writing!.shown!.distribution;
  expect(shown(after).kept).toBe(3);
  expect(shown(after).removedMass).toBeGreaterThan(0);
  expect(shown(after).entropy.after).toBeLessThan(shown(before).entropy.after);
  expect(after.measurement!.plain).toBe(before.measurement!.plain);
  expect(after.measurement!.tempered!.cut).toBeGreaterThan(0);
  const full = await expected([0, 1, 2], options);
  expect(after.writing!.tokens).toEqual(full.slice(0, after.writing!.tokens.length));
  expect(after.attention!.stale).toBe(after.writing!.tokens.join() !== before.writing!.tokens.join());
  studio.resume();
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(full);
});

test("the continuation is written anew only from the first token that changes", async () => {
  const {studio, model} = open();
  await studio.start();
  await settled(studio);
  const before = [...studio.state.writing!.tokens];
  for (const temperature of [0.95, 0.8, 1.4, 0]) {
    model.calls.length = 0;
    const same = [...studio.state.writing!.tokens];
    studio.set({temperature});
    await settled(studio);
    const now = studio.state.writing!.tokens;
    const change = now.findIndex((id, i) => id !== same[i]);
    const written = change < 0 ? 0 : STEPS - change - 1;
    // One call a token, and beside them the traces that Attend draws.
    expect(model.calls.length).toBeGreaterThanOrEqual(written);
    expect(model.calls.length).toBeLessThanOrEqual(written + 4);
    expect(now).toEqual(await expected([0, 1, 2], {...PLAIN, temperature}));
  }
  expect(studio.state.writing!.tokens).not.toEqual(before);
  expect(studio.state.writing!.bits.every((bits) => bits === 0)).toBe(true); // greedy: certain
});

test("while a slider moves the model rests, and the text that is known follows", async () => {
  const {studio, model} = open();
  await studio.start();
  await settled(studio);
  // Once the traces that Attend draws are done, every call is the continuation's.
  await new Promise((resolve) => setTimeout(resolve, 200));
  model.calls.length = 0;
  for (const temperature of [2, 1.9, 1.8]) {
    studio.set({temperature});
    const {running, tokens} = studio.state.writing!;
    expect(tokens.length).toBeLessThan(STEPS);
    expect(running).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
    expect(studio.state.writing!.tokens).toEqual(tokens);
  }
  expect(model.calls.length).toBe(0);
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(await expected([0, 1, 2], {...PLAIN, temperature: 1.8}));
  // Who stops it while it rests has stopped it.
  studio.set({temperature: 0.1});
  studio.pause();
  expect(studio.state.writing!.running).toBe(false);
  const {tokens} = studio.state.writing!;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(studio.state.writing!.tokens).toEqual(tokens);
});

test("another seed and its return need the prompt's scores only once", async () => {
  const {studio, model} = open();
  await studio.start();
  await settled(studio);
  const first = studio.state.writing!.tokens;
  studio.set({seed: 2});
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(await expected([0, 1, 2], PLAIN, 2));
  studio.set({seed: 1});
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(first);
  expect(model.calls.filter((ids) => ids.join() === "0,1,2")).toHaveLength(1);
});

test("shows the model's progress in leaps, and what the reader does at once", async () => {
  const {studio, settings} = open({pace: 1e6});
  await studio.start();
  await vi.waitFor(() => expect(studio.state.writing?.tokens.length).toBe(STEPS));
  const shown: StudioState[] = [];
  studio.subscribe((state) => shown.push(state));
  settings.set({seed: 2});
  await vi.waitFor(() => expect(studio.state.writing?.tokens.length).toBe(STEPS));
  // Its own frame, before the first of its tokens is there.
  expect(shown.map(({writing}) => writing?.tokens.length)).toEqual([STEPS, 0]);
  studio.select(3);
  expect(shown.at(-1)?.writing?.selected).toBe(3);
  expect(shown).toHaveLength(3);
});

test("pause, one token, clear and continue", async () => {
  const {studio} = open();
  const four = new Promise<void>((resolve) => {
    const stop = studio.subscribe(({writing}) => {
      if (writing?.tokens.length !== 4) return;
      stop();
      studio.pause();
      resolve();
    });
  });
  await studio.start();
  await four;
  const kept = studio.state.writing!.tokens.length;
  expect(kept).toBeLessThan(STEPS);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(studio.state.writing!).toMatchObject({paused: true, running: false});
  expect(studio.state.writing!.tokens.length).toBe(kept);
  studio.step();
  await vi.waitFor(() => expect(studio.state.writing!.running).toBe(false));
  expect(studio.state.writing!.tokens.length).toBe(kept + 1);
  // A slider revises what is there but writes nothing while paused.
  studio.set({temperature: 0});
  const revised = studio.state.writing!.tokens.length;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(studio.state.writing!.tokens.length).toBe(revised);
  studio.clear();
  expect(studio.state.writing!.tokens).toEqual([]);
  expect(studio.state.writing!.shown!.chosen).toBe(null);
  studio.resume();
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(await expected([0, 1, 2], {...PLAIN, temperature: 0}));
});

test("a chosen token shows what it was drawn from", async () => {
  const {studio} = open();
  await studio.start();
  await settled(studio);
  studio.select(5);
  const {tokens, shown, prompt} = studio.state.writing!;
  const logits = await nextLogits(fakeModel(), [...prompt, ...tokens.slice(0, 5)]);
  expect(shown).toEqual({distribution: distribution(logits, PLAIN), chosen: tokens[5]});
  studio.select(10_000);
  expect(studio.state.writing!.selected).toBe(STEPS - 1);
});

test("a newer prompt replaces one that is still being read", async () => {
  const {studio} = open();
  await studio.start();
  studio.set({prompt: "gg"});
  studio.set({prompt: "fedcba"});
  await settled(studio);
  await vi.waitFor(() => expect(studio.state.writing!.prompt).toEqual([5, 4, 3, 2, 1, 0]));
  await settled(studio);
  expect(studio.state.writing!.tokens).toEqual(await expected([5, 4, 3, 2, 1, 0]));
});

test("an empty prompt says so and leaves the figures", async () => {
  const {studio} = open();
  await studio.start();
  await settled(studio);
  const {writing, attention} = studio.state;
  studio.set({prompt: ""});
  expect(studio.state.prompt!.problem).toMatch(/empty/);
  expect(studio.state.writing).toEqual(writing);
  expect(studio.state.attention).toEqual(attention);
});

test("passages that cannot be measured say why and leave the last", async () => {
  const {studio} = open();
  await studio.start();
  await settled(studio);
  const {tempered} = studio.state.measurement!;
  studio.set({passage: ""});
  expect(studio.state.measurement!.problem).toMatch(/nothing to measure/);
  studio.set({passage: "aXX"});
  expect(studio.state.measurement!).toMatchObject({
    problem: expect.stringMatching(/One character is too little/),
    remark: "This model does not know ‘X’ (2 times); they are left out."
  });
  studio.set({passage: "ab".repeat(10_001)});
  expect(studio.state.measurement!.problem).toMatch(/20,002 characters; this model measures at most 20,000/);
  expect(studio.state.measurement!.tempered).toBe(tempered);
  studio.set({passage: "gfgf"});
  await settled(studio);
  await vi.waitFor(() => expect(studio.state.measurement!.tokens.join("")).toBe("gfgf"));
  expect(studio.state.measurement!.problem).toBe(null);
});

const long = "abcdefg".repeat(400);

test("a passage of thousands of characters follows the sliders at once", async () => {
  const {studio} = open({model: answering({blockSize: 64}), passage: long});
  await studio.start();
  await vi.waitFor(() => expect(studio.state.measurement!.tempered).toBeTruthy(), 20_000);
  expect(studio.state.measurement!.tempered!.cut).toBe(0);
  studio.set({topK: 2});
  expect(studio.state.measurement!.stale).toBe(false);
  expect(studio.state.measurement!.tempered!.cut).toBeGreaterThan(0);
});

test("one of millions of scores is measured when the sliders rest", async () => {
  const {studio} = open({model: answering({blockSize: 64, vocabSize: 600}), passage: long});
  await studio.start();
  await vi.waitFor(() => expect(studio.state.measurement!.tempered).toBeTruthy(), 20_000);
  const before = studio.state.measurement!.tempered;
  studio.set({topK: 2});
  expect(studio.state.measurement!).toMatchObject({stale: true, tempered: before});
  await vi.waitFor(() => expect(studio.state.measurement!.stale).toBe(false));
  expect(studio.state.measurement!.tempered!.cut).toBeGreaterThan(0);
});

test("the boxes begin with the model's own text until the reader writes", async () => {
  const {studio} = open({prompt: null, passage: null});
  expect(studio.state.texts).toEqual({prompt: "", passage: ""});
  await studio.start();
  await settled(studio);
  expect(studio.state.texts).toEqual({prompt: "defg abc", passage: "defg abc"});
});

test("a model that fails says so and can be asked again", async () => {
  const model = answering();
  const {studio} = open({model});
  const {trace} = model;
  await studio.start();
  await settled(studio);
  model.trace = async () => {
    throw new Error("The worker stopped.");
  };
  studio.set({prompt: "gg", passage: "gg"});
  await vi.waitFor(() => expect(studio.state.writing!.problem).toMatch(/The worker stopped/));
  await vi.waitFor(() => expect(studio.state.measurement!.problem).toMatch(/The worker stopped/));
  model.trace = trace;
  studio.set({prompt: "ga"});
  await vi.waitFor(() => expect(studio.state.writing!.prompt).toEqual([6, 0]));
  await settled(studio);
  expect(studio.state.writing!.problem).toBe(null);
});

const run = {step: 1200} as RunSummary;

test("the reader's model answers when there is one, and the site's on request", async () => {
  const models: ReturnType<typeof answering>[] = [];
  const opened = (own: boolean) => async (): Promise<StudioModel> => {
    const model = answering();
    models.push(model);
    return {model, own, mismatch: null, opening: "abc"};
  };
  const {studio, settings} = open({
    run,
    openers: {openOwnModel: opened(true), openShippedModel: opened(false)}
  });
  await studio.start();
  expect(studio.state.model!.own).toBe(true);
  settings.set({model: "shipped"}); // as another tab would
  await vi.waitFor(() => expect(studio.state.model!.own).toBe(false));
  expect(models[0]!.dispose).toHaveBeenCalled();
  await settled(studio);
});

test("the reader's run that comes further on the same page answers as it is now, if it is preferred", async () => {
  let found: RunSummary | null = null;
  const openOwnModel = vi.fn<Openers["openOwnModel"]>(async () => ({
    model: answering(),
    own: true,
    mismatch: null,
    opening: "abc"
  }));
  const findOwnRun = async () => ({run: found, problem: null});
  const {studio, settings} = open({openers: {findOwnRun, openOwnModel}});
  await studio.start();
  expect(studio.state.model!.own).toBe(false);
  found = {runId: "a", step: 5} as RunSummary;
  await studio.lookAgain();
  expect(studio.state).toMatchObject({ownRun: {step: 5}, model: {own: true}});
  await studio.lookAgain(); // nothing has changed
  expect(openOwnModel).toHaveBeenCalledTimes(1);
  settings.set({model: "shipped"});
  await vi.waitFor(() => expect(studio.state.model!.own).toBe(false));
  found = {runId: "a", step: 9} as RunSummary;
  await studio.lookAgain();
  expect(studio.state).toMatchObject({ownRun: {step: 9}, model: {own: false}});
  expect(openOwnModel).toHaveBeenCalledTimes(1);
  await settled(studio);
});

test("where the reader's model cannot be opened, the site's answers and it is said", async () => {
  const openOwnModel = () => Promise.reject(new RangeError("A weight is NaN."));
  const {studio} = open({run, openers: {openOwnModel}});
  await studio.start();
  expect(studio.state.model!.own).toBe(false);
  expect(studio.state.remark).toBe(
    "Your own model could not be opened: A weight is NaN. The site's model answers instead."
  );
});

test("what was said of a model that could not be opened goes when one is opened again", async () => {
  let fails = true;
  const openOwnModel: Openers["openOwnModel"] = async () => {
    if (fails) throw new RangeError("A weight is NaN.");
    return {model: answering(), own: true, mismatch: null, opening: "abc"};
  };
  const {studio, settings} = open({run, openers: {openOwnModel}});
  await studio.start();
  expect(studio.state.remark).toMatch(/^Your own model could not be opened/);
  settings.set({model: "shipped"}); // the reader's own choice: no excuse is needed
  await settled(studio);
  expect(studio.state).toMatchObject({remark: null, model: {own: false}});
  fails = false;
  settings.set({model: "own"});
  await vi.waitFor(() => expect(studio.state).toMatchObject({remark: null, model: {own: true}}));
});

test("storage that refuses is said for as long as the page lasts", async () => {
  const findOwnRun = async () => ({run: null, problem: "Storage is forbidden."});
  const {studio} = open({openers: {findOwnRun}});
  await studio.start();
  expect(studio.state.remark).toBe("Storage is forbidden.");
  await studio.load();
  expect(studio.state.remark).toBe("Storage is forbidden.");
});

test("what loading has to say stays when it is done", async () => {
  const remark = "The browser has no room left.";
  const openShippedModel: Openers["openShippedModel"] = async (_, {onProgress} = {}) => {
    onProgress!({part: "runtime", loadedBytes: 9, totalBytes: 9, remark});
    onProgress!({part: "model", loadedBytes: 1, totalBytes: 1});
    return {model: answering(), own: false, mismatch: null, opening: "abc"};
  };
  const {studio} = open({openers: {openShippedModel}});
  await studio.start();
  expect(studio.state).toMatchObject({loading: {phase: "ready"}, remark});
});

test("a large model waits to be asked for; loading can be cancelled, fail and be tried again", async () => {
  let answer: "never" | "fail" | "open" = "never";
  const openShippedModel: Openers["openShippedModel"] = (_, {signal} = {}) => {
    if (answer === "fail") return Promise.reject(new Error("No connection."));
    if (answer === "open")
      return Promise.resolve({model: answering(), own: false, mismatch: null, opening: "abc"});
    return new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason)));
  };
  const {studio} = open({modelBytes: 5_000_000, openers: {openShippedModel}});
  await studio.start();
  expect(studio.state.loading).toEqual({phase: "waiting"});
  const loading = studio.load();
  await vi.waitFor(() => expect(studio.state.loading.phase).toBe("loading"));
  studio.cancelLoading();
  await loading;
  expect(studio.state.loading).toEqual({phase: "waiting"});
  answer = "fail";
  await studio.load();
  expect(studio.state.loading).toEqual({phase: "failed", message: "No connection."});
  answer = "open";
  await studio.load();
  await settled(studio);
});

test("after its end nothing is announced", async () => {
  const {studio, settings} = open();
  const listener = vi.fn();
  studio.subscribe(listener);
  await studio.start();
  studio.dispose();
  listener.mockClear();
  settings.set({temperature: 0.3});
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(listener).not.toHaveBeenCalled();
});

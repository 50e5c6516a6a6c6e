// @vitest-environment jsdom
import {describe, expect, it, vi} from "vitest";
import type {CorpusMeta} from "../../src/components/corpus/meta.js";
import {type ModelConfig, modelConfig} from "../../src/components/model/config.js";
import {trainTokenizer} from "../../src/components/text/trainTokenizer.js";
import {presets} from "../../src/components/training/presets.js";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";
import {runView} from "../../src/components/workbench/runView.js";
import {tinyCorpus} from "../training/corpus.js";

const {meta} = tinyCorpus();
const pairs: CorpusMeta = {
  ...meta,
  tokenizer: trainTokenizer("ab ".repeat(500), {kind: "byte-pair", vocabularySize: 258}).toJSON(),
  counts: {...meta.counts, train: meta.counts.trainCharacters / 2, val: meta.counts.valCharacters / 4},
  floor: {train: 0.5, val: 0.8}
};
function state(model: Partial<ModelConfig> = {}, corpus = meta, change: Partial<RunState> = {}): RunState {
  const size = {nLayer: 1, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 8, vocabSize: 8};
  const run: RunFacts = {
    runId: "a",
    modelConfig: modelConfig({...size, ...model}),
    trainConfig: presets.toy.train,
    corpus,
    backend: {name: "wasm", adapter: "WebAssembly", reason: "You chose it."},
    hasOwnKernels: true,
    capture: null
  };
  return {
    ...idle,
    state: "paused",
    run,
    step: 2,
    loss: 2,
    validationLoss: 1.6,
    history: [{step: 2, trainLoss: 2, validationLoss: 1.6}],
    sample: {begunAt: 2, step: 2, text: "abc", isWhole: true},
    ...change
  };
}
const restoreBest = vi.fn();
const show = (shown: RunState) => runView(shown, {remove: vi.fn(), restoreBest, attend: vi.fn()});
const stat = (node: Element, label: string) =>
  [...node.querySelectorAll(".stats div")].find((div) => div.firstChild!.textContent === label)?.lastChild
    ?.textContent;
const plot = (node: Element) => node.querySelector(".loss-frame svg");
/** The curves come when what draws them is fetched. */
const drawn = (node: Element) => vi.waitFor(() => expect(plot(node)).not.toBeNull(), {timeout: 20_000});
const cheating = (node: Element) => node.querySelector<HTMLElement>(".cheating")!;

describe("runView", () => {
  it("speaks of characters where they are the tokens", () => {
    const node = show(state());
    expect(stat(node, "Validation loss")).toBe("1.600 nats a character");
    expect(node.textContent).toContain("Text: test words, cut into characters. Engine: WebAssembly.");
    expect(node.textContent).not.toContain("a token");
  });

  it("speaks of tokens where they are not, and gives losses by the character too", async () => {
    const node = show(state({vocabSize: 258}, pairs, {tokensPerSecond: 100}));
    await drawn(node);
    expect(stat(node, "Training loss")).toBe("2.000 nats a token (1.000 a character)");
    expect(stat(node, "Validation loss")).toBe("1.600 nats a token (0.400 a character)");
    expect(stat(node, "Loss floor")).toBe("0.800 nats a token (0.200 a character)");
    expect(stat(node, "Speed")).toBe("100 tokens/s");
    expect(node.textContent).toContain("cut into 258 byte pairs, 4.00 characters a token.");
    expect(plot(node)!.textContent).toContain("the floor 0.80");
    expect(plot(node)!.textContent).toContain("nats a token");
  });

  it("draws floor, blind guess and curves by the character beside a run with other tokens", async () => {
    const other = {...state().run!, version: 3 as const, runId: "b", step: 2, random: [1, 2, 3, 4] as const};
    const {backend: _backend, ...run} = {...other, history: state().history, adapter: "wasm", seconds: 1};
    const node = show(state({vocabSize: 258}, pairs, {kept: [{keptAt: 1, run}]}));
    await drawn(node);
    const text = plot(node)!.textContent;
    expect(text).toContain("the floor 0.20");
    expect(text).toContain(`ln V = ${(Math.log(258) / 4).toFixed(2)}`);
    expect(node.querySelector("figcaption")!.textContent).toContain(
      "training loss 1.000, validation loss 0.400"
    );
    expect(node.querySelector<HTMLElement>(".run-table")!.hidden).toBe(false);
    expect(node.querySelector("tbody")!.textContent).toContain("GPT-2, characters");
  });

  it("says beside the sample that a model without the mask cheats, and only there", () => {
    const node = show(state({causal: false}));
    expect(cheating(node).hidden).toBe(false);
    expect(cheating(node).closest("figure")!.textContent).toContain("abc");
    node.update(state());
    expect(cheating(node).hidden).toBe(true);
    node.update(state({architecture: "bigram", causal: false}));
    expect(cheating(node).hidden).toBe(true);
    expect(stat(node, "Gradient norm")).toBeUndefined();
  });

  it("has the chart's reading and its room before it is drawn, and no chart without a run", async () => {
    expect(show(idle).querySelector(".loss-chart")).toBeNull();
    const node = show(state());
    const frame = node.querySelector<HTMLElement>(".loss-frame")!;
    expect(frame.style.minHeight).toBe("300px");
    expect(frame.childElementCount).toBe(0);
    expect(node.querySelector("figcaption")!.textContent).toContain("validation loss 1.600");
    await drawn(node);
    expect(plot(node)!.getAttribute("height")).toBe("300");
  });

  it("shows why and how far a text is being read, and how long it will take", () => {
    const node = show({...idle, state: "preparing"});
    const bar = node.querySelector<HTMLElement>(".progress")!;
    expect(bar.hidden).toBe(true);
    const reading = {purpose: "learn", bytes: 2e7, total: 6e7, bytesPerSecond: 1e7, secondsLeft: 4} as const;
    node.update({...idle, state: "preparing", preparing: "Reading “a” …", reading});
    expect(bar.hidden).toBe(false);
    expect(bar.textContent).toMatch(/^Reading, to learn its length/);
    expect(bar.textContent).toContain("20.0 MB of 60.0 MB · 10.0 MB/s · 4.0 s left");
    node.update({...idle, state: "preparing", asked: "stop", remarks: ["<i>Kept</i>."]});
    expect(bar.hidden).toBe(true);
    expect(node.textContent).toContain("Stopping the preparation.");
    expect(node.textContent).toContain("<i>Kept</i>.");
  });

  it("says whose kernels WebAssembly runs", () => {
    const shown = state();
    expect(show(shown).textContent).toContain("run on this site’s own kernels");
    expect(show({...shown, run: {...shown.run!, hasOwnKernels: false}}).textContent).toContain(
      "cannot run this site’s own kernels"
    );
    const backend = {name: "cpu", adapter: "plain JavaScript", reason: "You chose it."} as const;
    expect(show({...shown, run: {...shown.run!, backend, hasOwnKernels: false}}).textContent).not.toContain(
      "kernels"
    );
  });

  it("lists what cleaning took out, as text", () => {
    const node = show(state({}, meta, {removed: [{kind: "header", characters: 9, sample: "<i>Project"}]}));
    const list = node.querySelector<HTMLElement>("details.removed")!;
    expect(list.hidden).toBe(false);
    expect(list.textContent).toContain("<i>Project");
    node.update(state());
    expect(list.hidden).toBe(true);
  });

  it("offers the best state after an early stop, where it is kept", () => {
    const history = [2, 1.5, 1.75].map((validationLoss, step) => ({step, trainLoss: 2, validationLoss}));
    const shown = state({}, meta, {state: "complete", history});
    const run = {...shown.run!, trainConfig: {...presets.toy.train, patience: 1}};
    const node = show({...shown, run});
    expect(node.querySelector(".notice")!.textContent).toContain(
      "stopped early at step 2 of 1,000: in 1 estimate"
    );
    expect(node.querySelector(".notice button")).toBeNull();
    const best = {runId: "a", step: 1, kind: "best", validationLoss: 1.5, bytes: 9, keptAt: 0} as const;
    node.update({...shown, run, checkpoints: [best]});
    node.querySelector<HTMLButtonElement>(".notice button")!.click();
    expect(restoreBest).toHaveBeenCalledTimes(1);
    node.update({...shown, run, state: "preparing"});
    expect(node.querySelector(".notice")).toBeNull();
  });

  it("tells what the vocabulary lacks", () => {
    const unknown = {total: 7, kinds: 2, list: [{text: "x", count: 7}]};
    expect(show(state({}, {...meta, unknown})).textContent).toContain(
      "The vocabulary lacks 2 words of it, which occur 7 times."
    );
  });
});

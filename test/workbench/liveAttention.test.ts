// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import {presets} from "../../src/components/training/presets.js";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {liveAttention} from "../../src/components/workbench/liveAttention.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";
import {tinyCorpus} from "../training/corpus.js";

const run: RunFacts = {
  runId: "a",
  modelConfig: modelConfig({nLayer: 1, nHead: 2, nEmbd: 8, nInner: 32, blockSize: 8, vocabSize: 8}),
  trainConfig: presets.toy.train,
  corpus: tinyCorpus().meta,
  backend: {name: "wasm", adapter: "WebAssembly", reason: "You chose it."},
  hasOwnKernels: true,
  capture: null
};
const sampleAt = (step: number) => ({begunAt: step, step, text: "abc", isWhole: true});
const state = (change: Partial<RunState>): RunState => ({...idle, state: "running", run, ...change});
/** Two heads over two tokens. */
const attentionAt = (step: number) => ({
  step,
  tokens: ["<b>", "c"],
  weights: Float32Array.of(1, 0, 0.3, 0.7, 1, 0, 0.9, 0.1)
});
const open = (node: HTMLElement) => {
  (node as HTMLDetailsElement).open = true;
  node.dispatchEvent(new Event("toggle"));
};

it("asks for nothing until it is opened, then once for each text", () => {
  const ask = vi.fn();
  const node = liveAttention(state({}), ask);
  expect(node.hidden).toBe(true); // nothing is written yet
  node.update(state({sample: {...sampleAt(2), isWhole: false}}));
  expect(node.hidden).toBe(true); // nor is this at its end
  const first = sampleAt(3);
  node.update(state({sample: first}));
  expect(node.hidden).toBe(false);
  expect(ask).not.toHaveBeenCalled();
  open(node);
  expect(ask).toHaveBeenCalledTimes(1);
  node.update(state({sample: first, step: 4}));
  expect(ask).toHaveBeenCalledTimes(1);
  node.update(state({sample: sampleAt(9)}));
  expect(ask).toHaveBeenCalledTimes(2);
  expect(node.textContent).toContain("is being asked");
});

it("draws what was told, keeps the figure for the next, and drops it with the run", async () => {
  const node = liveAttention(state({sample: sampleAt(3)}), vi.fn());
  open(node);
  node.update(state({sample: sampleAt(3), attention: attentionAt(5)}));
  const figure = () => node.querySelector(".attention-figure");
  await vi.waitFor(() => expect(figure()).not.toBeNull(), {timeout: 20_000});
  const drawn = figure();
  expect(node.textContent).toContain("The last 2 tokens of what it wrote, as it reads them at step 5.");
  expect(node.querySelector("b")).toBeNull();
  node.update(state({sample: sampleAt(9), attention: attentionAt(11)}));
  await vi.waitFor(() => expect(node.textContent).toContain("at step 11."));
  expect(figure()).toBe(drawn);
  node.update(state({sample: null, attention: null}));
  expect([figure(), node.hidden]).toEqual([null, true]);
});

it("is not there for a model that does not attend", () => {
  const bigram = {...run, modelConfig: {...run.modelConfig, architecture: "bigram" as const}};
  expect(liveAttention(state({run: bigram, sample: sampleAt(3)}), vi.fn()).hidden).toBe(true);
});

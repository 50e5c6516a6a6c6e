import {describe, expect, it} from "vitest";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {isOver} from "../../src/components/workbench/runControls.js";
import {
  circumstances,
  earlyStop,
  epochsOf,
  headlineOf,
  sampleLine
} from "../../src/components/workbench/runSentences.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";
import {logged} from "../exchange/logs/logs.js";

const backend = {name: "wasm", adapter: "WebAssembly", reason: "You chose it."} as const;
const trainConfig = {...logged.trainConfig, steps: 100, patience: 2};
const run: RunFacts = {...logged, trainConfig, backend, hasOwnKernels: true, capture: null};
const measured = (...losses: number[]) =>
  losses.map((validationLoss, i) => ({step: 10 * i, trainLoss: 1, validationLoss}));
const at = (step: number, ...losses: number[]): RunState => ({
  ...idle,
  run,
  step,
  history: measured(...losses)
});

it("says above a text between which steps it was written", () => {
  const line = (begunAt: number, step: number, isWhole: boolean) =>
    sampleLine({begunAt, step, text: "a", isWhole});
  expect(line(1200, 1200, true)).toBe("What it writes after 1,200 steps (temperature 0.8)");
  expect(line(1, 1, true)).toBe("What it writes after 1 step (temperature 0.8)");
  expect(line(3, 1200, false)).toBe(
    "What it writes while it goes on learning, from step 3 to step 1,200 (temperature 0.8)"
  );
  expect(line(3, 1200, true)).toBe(
    "What it wrote while it went on learning, from step 3 to step 1,200 (temperature 0.8)"
  );
});

describe("an early stop", () => {
  const stopped = at(40, 3, 2.5, 2.25, 2.3, 2.4);

  it("is told apart from a run that has done its last step", () => {
    expect(headlineOf({...stopped, state: "complete"})).toMatch(/^Stopped early at step 40\. Attend/);
    expect(headlineOf({...at(100, 3, 2.5, 2.25, 2.3, 2.4), state: "complete"})).toMatch(
      /^Complete at step 100\./
    );
    const {run: _, ...summary} = stopped;
    const stored = {...logged, trainConfig} as unknown as RunState["stored"];
    expect(headlineOf({...summary, run: null, stored})).toMatch(/^Your run stopped early at step 40\./);
    expect([isOver(stopped), isOver(at(40, 3, 2.5, 2.25, 2.3))]).toEqual([true, false]);
  });

  it("says why, and where the best was", () => {
    expect(earlyStop(stopped)).toEqual({
      message:
        "The run stopped early at step 40 of 100: in 2 estimates the validation loss has not fallen below 2.250, measured at step 20.",
      best: {step: 20, validationLoss: 2.25, estimatesSince: 2}
    });
    expect(earlyStop(at(40, 3, 2.5, 2.25, 2.3))).toBeNull();
    expect(earlyStop(idle)).toBeNull();
  });
});

it("epochs are told of the present and of the whole run, and not of a single batch", () => {
  const {train} = logged.corpus.counts;
  const [done, all] = [40, 100].map((step) => ((step * 16) / train).toFixed(2));
  expect(epochsOf({step: 40}, run)).toBe(`${done} of ${all} epochs`);
  expect(epochsOf({step: 40}, {...run, trainConfig: {...trainConfig, overfitOneBatch: true}})).toBe("");
});

describe("whose code computes a step", () => {
  const webgpu = {name: "webgpu", adapter: "WebGPU (apple)", reason: "You chose it."} as const;
  const said = (facts: Partial<RunFacts>) => circumstances({...idle, run: {...run, ...facts}}, run);

  it("is this site’s recorded kernels, or TensorFlow.js’s operations where the reader chose those", () => {
    expect(said({backend: webgpu, capture: {dispatches: 116}})).toMatch(
      /A step is 116 kernels, recorded once and replayed\.$/
    );
    const off = {reason: "Our own kernels are turned off."};
    expect(said({backend: {...webgpu, isStock: true}, capture: off})).toMatch(
      /You chose it\. This site’s own kernels are off, to compare: each step is issued operation by operation\.$/
    );
    expect(said({backend: webgpu, capture: {reason: "A bigram counts."}})).toMatch(
      /Steps are issued operation by operation: A bigram counts\.$/
    );
    const unmixed = "This device does not keep halves.";
    expect(said({backend: webgpu, capture: {dispatches: 9}, unmixed})).toMatch(
      /replayed\. This device .* halves\.$/
    );
  });
});

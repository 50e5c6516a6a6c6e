import {expect, it} from "vitest";
import {COMPARED_TRAINING, comparedModel} from "../../../src/components/chapters/order/comparison.js";
import {type ComparisonState, LiveComparison} from "../../../src/components/chapters/order/liveComparison.js";
import type {ExperimentReport, ExperimentSettings} from "../../../src/components/experiment/protocol.js";

function laboratory() {
  const runs: {settings: ExperimentSettings; report: (report: ExperimentReport) => void}[] = [];
  let stops = 0;
  let state: ComparisonState | null = null;
  const comparison = new LiveComparison(
    {
      run: (settings, report) => runs.push({settings, report}),
      stop: () => {
        stops += 1;
      }
    },
    (kind) => ({
      corpus: {kind: "text", name: "", text: ""},
      model: comparedModel(kind),
      train: COMPARED_TRAINING
    }),
    (next) => {
      state = next;
    }
  );
  return {comparison, runs, stops: () => stops, state: () => state!};
}
const id = 1;

it("trains one after another, in what differs only, and keeps the curves", () => {
  const {comparison, runs, state} = laboratory();
  comparison.start(["none", "rope"]);
  expect(state()).toMatchObject({current: "none", waiting: ["rope"]});
  runs[0]!.report({id, type: "evaluated", step: 0, validationLoss: 4});
  runs[0]!.report({id, type: "step", step: 1, loss: 4, gradientNorm: 1});
  expect(state().step).toBe(1);
  runs[0]!.report({id, type: "ended", step: 500, isComplete: true});
  expect(state()).toMatchObject({current: "rope", waiting: [], step: 0});
  runs[1]!.report({id, type: "evaluated", step: 0, validationLoss: 3});
  runs[1]!.report({id, type: "ended", step: 500, isComplete: true});
  expect(state()).toMatchObject({current: null, curves: {none: [[0, 4]], rope: [[0, 3]]}});
  const [a, b] = runs.map(({settings}) => settings);
  expect({...a!.model, position: "rope"}).toEqual(b!.model);
  expect(a!.train).toEqual(b!.train);
});

it("stops at once, begins a kind anew, and forgets on reset", () => {
  const {comparison, runs, stops, state} = laboratory();
  comparison.start(["none", "rope"]);
  runs[0]!.report({id, type: "evaluated", step: 0, validationLoss: 4});
  comparison.stop();
  expect(stops()).toBe(1);
  expect(state()).toMatchObject({current: null, waiting: [], curves: {none: [[0, 4]]}});
  runs[0]!.report({id, type: "ended", step: 3, isComplete: false});
  expect(runs).toHaveLength(1);
  comparison.start(["none"]);
  expect(state().curves).toEqual({});
  comparison.reset();
  expect(state()).toMatchObject({current: null, curves: {}});
});

it("says what went wrong and trains nothing more", () => {
  const {comparison, runs, state} = laboratory();
  comparison.start(["none", "rope"]);
  runs[0]!.report({id, type: "failed", message: "The corpus could not be fetched."});
  expect(state()).toMatchObject({current: null, waiting: [], problem: "The corpus could not be fetched."});
  expect(runs).toHaveLength(1);
});

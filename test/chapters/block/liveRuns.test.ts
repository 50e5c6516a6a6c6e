import {expect, it} from "vitest";
import {combinations, RECORDED} from "../../../src/components/chapters/block/bench.js";
import type {GradientRun} from "../../../src/components/chapters/block/gradientRun.js";
import {LiveRuns, type LiveState} from "../../../src/components/chapters/block/liveRuns.js";
import type {ExperimentReport, ExperimentSettings} from "../../../src/components/experiment/protocol.js";

function bench() {
  const asked: {settings: ExperimentSettings; say: (report: ExperimentReport) => void}[] = [];
  let stops = 0;
  const runs: GradientRun[] = [];
  const states: LiveState[] = [];
  let now = 0;
  const live = new LiveRuns(
    {kind: "text", name: "", text: ""},
    (run) => runs.push(run),
    (state) => states.push(state),
    {
      run: (settings, say) => void asked.push({settings, say}),
      stop: () => {
        stops += 1;
      },
      dispose: () => {}
    },
    () => (now += 100)
  );
  return {live, asked, runs, states, stops: () => stops};
}
const step = (step: number): ExperimentReport => ({id: 1, type: "step", step, loss: 3, gradientNorm: 1});
const ended: ExperimentReport = {id: 1, type: "ended", step: 2, isComplete: true};

it("trains one combination after another, and counts the steps of all", () => {
  const {live, asked, runs, states} = bench();
  const all = combinations("none");
  live.start(all, {...RECORDED, steps: 2});
  expect(asked.length).toBe(1);
  for (const report of [step(1), step(2), ended]) asked[0]!.say(report);
  expect(asked.length).toBe(2);
  asked[1]!.say(step(1));
  expect(states.at(-1)).toMatchObject({type: "running", done: 3, total: 4});
  expect((states.at(-1) as {secondsLeft: number}).secondsLeft).toBeGreaterThan(0);
  asked[1]!.say(ended);
  expect(states.at(-1)).toEqual({type: "idle"});
  expect(runs.map(({combination, losses}) => [combination.residual, losses.length])).toEqual([
    [true, 1],
    [true, 2],
    [false, 1]
  ]);
});

it("stops the queue, hears no late report, and says what failed", () => {
  const {live, asked, states, runs, stops} = bench();
  live.start(combinations("layerNorm"), RECORDED);
  live.stop();
  expect([stops(), states.at(-1)]).toEqual([1, {type: "idle"}]);
  asked[0]!.say(ended);
  expect([asked.length, runs.length]).toEqual([1, 0]);
  live.start(combinations("layerNorm"), RECORDED);
  asked[1]!.say({id: 2, type: "failed", message: "No memory."});
  expect(states.at(-1)).toEqual({type: "failed", message: "No memory."});
  expect(asked.length).toBe(2);
});

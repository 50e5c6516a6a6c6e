import {describe, expect, it} from "vitest";
import type {ExperimentReport, ExperimentSettings} from "../../src/components/experiment/protocol.js";
import {sweepCsv} from "../../src/components/sweep/csv.js";
import {sweepGrid, type Variation} from "../../src/components/sweep/grid.js";
import {ranked} from "../../src/components/sweep/order.js";
import {newSweep, Sweep, type SweepRecord, type SweepState} from "../../src/components/sweep/sweep.js";
import {resultOf} from "../../src/components/sweep/trial.js";
import {presets} from "../../src/components/training/presets.js";

const base = {model: presets.toy.model, train: {...presets.toy.train, steps: 4, warmupSteps: 0}};
const variations: Variation[] = [{field: "learningRate", values: [1e-3, 1e-2, 1]}];
const text = {name: "words", sha256: "a", counts: {train: 6144}} as never;

/** A worker of which the test is the mind. */
function place(record = newSweep(variations, sweepGrid(base, variations))) {
  const asked: ExperimentSettings[] = [];
  const states: SweepState[] = [];
  const saved: SweepRecord[] = [];
  let clock = 0;
  let stops = 0;
  let tell: (report: ExperimentReport) => void = () => {};
  const sweep = new Sweep(
    record,
    {corpus: {kind: "text", name: "words", text: ""}, backend: "wasm"},
    {
      experiments: {
        run(settings, onReport) {
          asked.push(settings);
          tell = onReport;
        },
        stop: () => {
          stops += 1;
        },
        dispose() {}
      },
      now: () => clock,
      onState: (state) => states.push(state),
      save: (sweep) => saved.push(sweep)
    }
  );
  const say = (report: Omit<ExperimentReport, "id">, after = 0) => {
    clock += after;
    tell({id: 1, ...report} as ExperimentReport);
  };
  const start = (sha256 = "a") =>
    say({type: "started", adapter: "wasm", text: {...(text as object), sha256}} as never, 1000);
  const step = (step: number, loss: number) => say({type: "step", step, loss, gradientNorm: 1} as never, 500);
  const measure = (step: number, validationLoss: number) =>
    say({type: "evaluated", step, validationLoss} as never, 2000);
  const end = (isComplete = true) => say({type: "ended", step: 4, isComplete} as never);
  return {sweep, asked, states, saved, say, start, step, measure, end, stops: () => stops};
}

function complete({start, step, measure, end}: ReturnType<typeof place>, loss: number): void {
  start();
  measure(0, 4);
  for (let i = 1; i <= 4; i++) step(i, i === 1 ? 4 : loss);
  measure(4, loss);
  end();
}

describe("Sweep", () => {
  it("runs one after another, a diverged and a failed one among them, and saves each", () => {
    const at = place();
    at.sweep.start();
    expect(at.asked).toHaveLength(1);
    expect(at.asked[0]!.train.learningRate).toBe(1e-3);
    complete(at, 3);
    expect(at.asked[1]!.train.learningRate).toBe(1e-2);
    at.start();
    at.step(1, 4);
    at.say({type: "failed", message: "not finite", isDiverged: true} as never);
    expect(at.asked).toHaveLength(3);
    at.say({type: "failed", message: "It does not fit."} as never);
    const {sweep, isRunning} = at.states.at(-1)!;
    expect(isRunning).toBe(false);
    expect(sweep.trials.map(({status, step, message}) => [status, step, message])).toEqual([
      ["complete", 4, null],
      ["diverged", 1, null],
      ["failed", 0, "It does not fit."]
    ]);
    expect(at.saved.at(-1)).toBe(sweep);
    expect(at.saved).toHaveLength(4);
  });

  it("measures time, epochs and speed, measuring apart", () => {
    const at = place();
    at.sweep.start();
    complete(at, 3);
    const [trial] = at.states.at(-1)!.sweep.trials;
    // 2 s of measuring, 4 steps of 0.5 s, 2 s of measuring; three steps came straight after another.
    expect(trial!.seconds).toBe(6);
    expect(trial!.tokensPerSecond).toBe((12 * 128) / 0.5);
    expect(trial!.epochs).toBe((4 * 12 * 128) / 6144);
    expect(resultOf(trial!)).toEqual({trainLoss: 3.25, validationLoss: 3, best: {step: 4, loss: 3}});
  });

  it("tells how far it is and how long it takes", () => {
    const at = place();
    at.sweep.start();
    at.start();
    for (let i = 1; i <= 4; i++) at.step(i, 3);
    expect(at.states.at(-1)).toMatchObject({done: 4, total: 12, secondsLeft: 4});
  });

  it("calls a run whose loss ends higher than it began diverged", () => {
    const at = place();
    at.sweep.start();
    complete(at, 5);
    expect(at.states.at(-1)!.sweep.trials[0]!.status).toBe("diverged");
  });

  it("begins the stopped run anew when it goes on, and keeps the others", () => {
    const at = place();
    at.sweep.start();
    complete(at, 3);
    at.start();
    at.step(1, 4);
    at.sweep.stop();
    expect(at.stops()).toBe(1);
    at.end(false); // too late to matter
    const stopped = at.states.at(-1)!;
    expect(stopped.isRunning).toBe(false);
    expect(stopped.sweep.trials.map(({status}) => status)).toEqual(["complete", "waiting", "waiting"]);

    const later = place(stopped.sweep);
    later.sweep.start();
    expect(later.asked[0]!.train.learningRate).toBe(1e-2);
    complete(later, 2);
    complete(later, 3);
    expect(later.states.at(-1)!.sweep.trials.map(({status}) => status)).toEqual(Array(3).fill("complete"));
  });

  it("does not go on with another text", () => {
    const at = place();
    at.sweep.start();
    complete(at, 3);
    at.start("b");
    const {problem, isRunning, sweep} = at.states.at(-1)!;
    expect(isRunning).toBe(false);
    expect(problem).toContain("This sweep was begun on “words”, and the text chosen now is another");
    expect(sweep.trials[1]!.status).toBe("waiting");
  });
});

it("ranks by the best validation loss, and writes a table that any program reads", () => {
  const at = place();
  at.sweep.start();
  complete(at, 3);
  complete(at, 2);
  at.say({type: "failed", message: 'Too large, "by far".'} as never);
  const {sweep} = at.states.at(-1)!;
  expect(ranked(sweep.trials).map(({values}) => values.learningRate)).toEqual([1e-2, 1e-3, 1]);
  const lines = sweepCsv(sweep).split("\r\n");
  expect(lines[0]).toBe(
    "learningRate,status,steps,epochs,trainLoss,validationLoss,bestValidationLoss,bestStep,seconds,tokensPerSecond,message"
  );
  expect(lines[2]).toBe("0.01,complete,4,1,2.5,2,2,4,6,3072,");
  expect(lines[3]).toBe('1,failed,0,,,,,,0,,"Too large, ""by far""."');
  expect(lines).toHaveLength(5);
});

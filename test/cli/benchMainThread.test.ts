import {describe, expect, it} from "vitest";
import {longestTasks, mainThreadTasks} from "../../src/cli/bench/mainThread.js";

const main = {pid: 7, tid: 1};
const worker = {pid: 7, tid: 2};
const named = (thread: object, name: string) => ({name: "thread_name", ph: "M", ...thread, args: {name}});
const span = (thread: object, name: string, [ts, dur, tdur]: number[], args = {}) => ({
  name,
  ph: "X",
  ...thread,
  ts,
  dur,
  tdur,
  args
});
const traceOf = (traceEvents: object[]) => new TextEncoder().encode(JSON.stringify({traceEvents}));

describe("the main thread in a trace", () => {
  it("has its own tasks, each with what took longest in it", () => {
    const tasks = mainThreadTasks(
      traceOf([
        named(main, "CrRendererMain"),
        named(worker, "DedicatedWorker thread"),
        span(main, "RunTask", [1000, 4000, 3000]),
        span(main, "RunTask", [9000, 60_000, 20_000]),
        span(main, "FunctionCall", [9100, 15_000, 15_000], {
          data: {functionName: "show", url: "http://127.0.0.1/glass/_import/workbench.js"}
        }),
        span(main, "Layout", [30_000, 2000, 1500]),
        span(main, "Paint", [31_000, 500, 500]),
        span(worker, "RunTask", [1000, 900_000, 900_000])
      ])
    );
    expect(tasks).toEqual([
      {ms: 4, cpuMs: 3, parts: []},
      {ms: 60, cpuMs: 20, parts: ["FunctionCall (show in workbench.js) 15 ms", "Layout 1.5 ms"]}
    ]);
    expect(longestTasks(tasks, 1).map(({ms}) => ms)).toEqual([60]);
  });

  it("is asked for in vain where there is no page", () => {
    expect(() => mainThreadTasks(traceOf([named(worker, "DedicatedWorker thread")]))).toThrow(
      "no main thread"
    );
  });
});

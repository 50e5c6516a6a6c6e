import {expect, it} from "vitest";
import {parseRunRecord} from "../../src/components/exchange/runRecord.js";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {runLogs} from "../../src/components/workbench/runLogs.js";
import {idle, storedState} from "../../src/components/workbench/runState.js";
import {logged} from "../exchange/logs/logs.js";

const backend = {name: "wasm", adapter: "WebAssembly", reason: "You chose it."} as const;
const run: RunFacts = {...logged, backend, hasOwnKernels: true, capture: null};

it("are made of the run on the page, every step of it", () => {
  const history = Array.from({length: 3000}, (_, i) => ({
    step: i + 1,
    trainLoss: 1,
    validationLoss: null,
    seconds: i
  }));
  const {csv, events, record} = runLogs({...idle, run, step: 3000, history});
  expect(csv.split("\r\n")).toHaveLength(3002);
  expect(events.name).toMatch(/^events\.out\.tfevents\.\d+\.glassformer$/);
  const read = parseRunRecord(record);
  expect(read.history).toHaveLength(3000);
  expect(read).toMatchObject({steps: 3000, adapter: "WebAssembly", seconds: 2999});
});

it("are made of a stored run too, and of none not", () => {
  const summary = {
    ...logged,
    version: 3 as const,
    step: 2,
    random: [1, 2, 3, 4] as const,
    adapter: "wasm",
    seconds: 9
  };
  expect(parseRunRecord(runLogs(storedState(summary)).record)).toMatchObject({seconds: 9, adapter: "wasm"});
  expect(() => runLogs(idle)).toThrow(/no run yet/);
});

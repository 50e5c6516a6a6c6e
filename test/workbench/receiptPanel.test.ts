// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import {readReceipt} from "../../src/components/exchange/receipt.js";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {receiptFile} from "../../src/components/workbench/receiptFile.js";
import {receiptPanel} from "../../src/components/workbench/receiptPanel.js";
import {idle, type RunState, storedState} from "../../src/components/workbench/runState.js";
import {logged} from "../exchange/logs/logs.js";
import "fake-indexeddb/auto";

const withRun = {...idle, run: {}, step: 3} as unknown as RunState;

function show(state: RunState) {
  const opened = Object.assign(document.createElement("p"), {dispose: vi.fn()});
  const actions = {receipt: vi.fn(async () => "{}"), open: vi.fn(async (_file: File) => opened)};
  const node = receiptPanel(state, actions);
  const drop = (file: File) => {
    const event = new Event("drop", {cancelable: true, bubbles: true});
    Object.assign(event, {dataTransfer: {files: [file]}});
    node.querySelector(".drop")!.dispatchEvent(event);
    return event;
  };
  return {node, actions, opened, drop};
}

it("offers the receipt of a run that has taken a step, and takes receipts always", () => {
  const {node} = show(idle);
  const own = node.querySelector<HTMLElement>(":scope > .button-row")!;
  expect(own.hidden).toBe(true);
  expect(node.querySelector<HTMLElement>(".drop")!.hidden).toBe(false);
  node.update({...withRun, step: 0});
  expect(own.hidden).toBe(true);
  node.update(withRun);
  expect(own.hidden).toBe(false);
});

it("shows the receipt that is dropped, and keeps it when the next file is none", async () => {
  const {node, actions, opened, drop} = show(idle);
  expect(drop(new File(["x"], "receipt.json")).defaultPrevented).toBe(true);
  await vi.waitFor(() => expect(node.contains(opened)).toBe(true));
  actions.open.mockRejectedValueOnce(new Error("<b>No</b>."));
  drop(new File(["y"], "other.json"));
  await vi.waitFor(() => expect(node.querySelector("[role=alert]")!.textContent).toBe("<b>No</b>."));
  expect(node.contains(opened)).toBe(true);
  expect(opened.dispose).not.toHaveBeenCalled();
  node.dispose();
  expect(opened.dispose).toHaveBeenCalled();
});

it("makes the receipt of an open run and of a stored one", async () => {
  const backend = {name: "wasm", adapter: "WebAssembly", reason: "You chose it."} as const;
  const run: RunFacts = {...logged, backend, hasOwnKernels: true, capture: null};
  const open = readReceipt(await receiptFile({...idle, run, step: 2, history: logged.history}));
  expect(open).toMatchObject({adapter: "WebAssembly", steps: 2, seconds: 0.75});
  expect(open.curve).toHaveLength(3);
  const stored = storedState({
    ...logged,
    version: 3,
    step: 2,
    random: [1, 2, 3, 4],
    adapter: "WebGPU (apple)",
    tuning: {kernel: "tiles"},
    seconds: 9
  });
  expect(readReceipt(await receiptFile(stored))).toMatchObject({
    adapter: "WebGPU (apple)",
    tuning: {kernel: "tiles"},
    seconds: 9
  });
  await expect(receiptFile(idle)).rejects.toThrow(/no run yet/);
});

// @vitest-environment jsdom
import {beforeEach, describe, expect, it, vi} from "vitest";
import {modelConfig} from "../../src/components/model/config.js";
import type {CheckpointFacts} from "../../src/components/training/keptCheckpoints.js";
import {presets} from "../../src/components/training/presets.js";
import type {RunFacts} from "../../src/components/training/protocol.js";
import {checkpointPanel} from "../../src/components/workbench/checkpointPanel.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";
import {tinyCorpus} from "../training/corpus.js";

const run: RunFacts = {
  runId: "a",
  modelConfig: modelConfig({nLayer: 1, nHead: 1, nEmbd: 4, nInner: 8, blockSize: 9, vocabSize: 8}),
  trainConfig: {...presets.toy.train, batchSize: 20, checkpointInterval: 50},
  corpus: tinyCorpus().meta,
  backend: {name: "wasm", adapter: "WebAssembly", reason: "You chose it."},
  hasOwnKernels: true,
  capture: null
};
const checkpoints: CheckpointFacts[] = [
  {
    runId: "a",
    step: 50,
    kind: "interval",
    validationLoss: 2.5,
    bytes: 1_500_000,
    keptAt: Date.UTC(2026, 0, 2)
  },
  {runId: "a", step: 1200, kind: "best", validationLoss: null, bytes: 1_600_000, keptAt: Date.UTC(2026, 0, 3)}
];
const state: RunState = {...idle, state: "paused", run, checkpoints};
const actions = {keep: vi.fn(), restore: vi.fn(), remove: vi.fn(), file: vi.fn(async () => new Blob())};
beforeEach(() => void vi.clearAllMocks());

const button = (node: Element, label: string) =>
  [...node.querySelectorAll("button")].find(
    (button) => (button.getAttribute("aria-label") ?? button.textContent) === label
  )!;

describe("checkpointPanel", () => {
  it("is hidden without a run, and has no table without a checkpoint", () => {
    expect(checkpointPanel(idle, actions).hidden).toBe(true);
    const node = checkpointPanel({...state, checkpoints: []}, actions);
    expect(node.hidden).toBe(false);
    expect(node.querySelector<HTMLElement>(".scroll")!.hidden).toBe(true);
  });

  it("tells each checkpoint's step, epochs, loss, kind, size and time", () => {
    const node = checkpointPanel(state, actions);
    const cells = [...node.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].slice(0, 5).map((cell) => cell.textContent)
    );
    expect(cells).toEqual([
      ["50", "2.50", "2.500", "in passing", "1.5 MB"],
      ["1,200", "60.0", "–", "best so far", "1.6 MB"]
    ]);
    expect(node.querySelector("tbody td:nth-child(6)")!.textContent).toMatch(/Jan 2026/);
    expect(node.querySelector("thead")!.textContent).toContain("Validation loss, nats a character");
  });

  it("does what its buttons say, with the checkpoint of their row", async () => {
    const saved = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    URL.createObjectURL = () => "blob:it";
    URL.revokeObjectURL = () => {};
    const node = checkpointPanel(state, actions);
    button(node, "Keep a checkpoint").click();
    button(node, "Go back to step 1,200, best so far").click();
    button(node, "Delete step 50, in passing").click();
    button(node, "Download step 50, in passing").click();
    await vi.waitFor(() => expect(saved).toHaveBeenCalled());
    expect((saved.mock.contexts[0] as HTMLAnchorElement).download).toBe("glassformer-step-50.safetensors");
    expect(actions.keep).toHaveBeenCalledTimes(1);
    expect(actions.restore).toHaveBeenCalledExactlyOnceWith(checkpoints[1]);
    expect(actions.remove).toHaveBeenCalledExactlyOnceWith(checkpoints[0]);
    expect(actions.file).toHaveBeenCalledExactlyOnceWith(checkpoints[0]);
    node.update({...state, state: "preparing"});
    expect(button(node, "Keep a checkpoint").disabled).toBe(true);
    expect(button(node, "Go back to step 1,200, best so far").disabled).toBe(true);
  });

  it("keeps the focus among the buttons when a row goes, and builds nothing anew when nothing changed", () => {
    const node = checkpointPanel(state, actions);
    document.body.append(node);
    const row = node.querySelector("tbody tr");
    node.update({...state, step: 3});
    expect(node.querySelector("tbody tr")).toBe(row);
    button(node, "Delete step 1,200, best so far").focus();
    node.update({...state, checkpoints: checkpoints.slice(0, 1)});
    expect(document.activeElement!.getAttribute("aria-label")).toBe("Delete step 50, in passing");
    node.update({...state, checkpoints: []});
    expect(document.activeElement!.textContent).toBe("Keep a checkpoint");
    node.remove();
  });

  it("says which are kept, what they take, and what the browser promised", () => {
    const use = {used: 58_300_000, quota: 1_000_000_000};
    const node = checkpointPanel({...state, use, persistence: "Promised."}, actions);
    expect(node.textContent).toContain("One is kept every 50 steps, and of these the newest 5. The best");
    expect(node.textContent).toContain(
      "Checkpoints take 3.1 MB. In all, this site uses 58.3 MB of the 1.0 GB that the browser allows it. Promised."
    );
    const none = {...run, trainConfig: {...run.trainConfig, checkpointInterval: 0}};
    node.update({...state, run: none});
    expect(node.textContent).toContain("“Checkpoint every … steps” keeps others");
  });
});

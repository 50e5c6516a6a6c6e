// @vitest-environment jsdom
import {expect, it, vi} from "vitest";
import {filesPanel} from "../../src/components/workbench/filesPanel.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";

const withRun = {...idle, run: {}} as unknown as RunState;
const actions = () => ({
  runFile: vi.fn(async () => ({file: new Blob(["run"]), step: 7})),
  logs: vi.fn(async () => ({
    csv: "step\r\n",
    events: {name: "events.out.tfevents.5", bytes: new Uint8Array(3)},
    record: "{}\n"
  })),
  open: vi.fn()
});

it("offers files of a run, and to open one also where there is none", () => {
  const node = filesPanel(idle, actions());
  expect(node.querySelector<HTMLElement>(":scope > div")!.hidden).toBe(true);
  expect(node.querySelector<HTMLElement>(".drop")!.hidden).toBe(false);
  node.update(withRun);
  expect(node.querySelector<HTMLElement>(":scope > div")!.hidden).toBe(false);
  node.update({...withRun, state: "preparing"});
  expect(node.querySelector("input")!.disabled).toBe(true);
});

it("saves each file under its name", async () => {
  const saved: string[] = [];
  URL.createObjectURL = () => "blob:it";
  URL.revokeObjectURL = () => {};
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  const node = filesPanel(withRun, actions());
  for (const button of node.querySelectorAll("button")) button.click();
  await vi.waitFor(() => expect(saved).toHaveLength(4));
  expect(saved.sort()).toEqual([
    "events.out.tfevents.5",
    "glassformer-step-7.safetensors",
    "log.csv",
    "run.json"
  ]);
});

it("takes a dropped file, and says why one cannot be opened", () => {
  const done = actions();
  const node = filesPanel(withRun, done);
  const file = new File(["x"], "run.safetensors");
  const drop = new Event("drop", {cancelable: true, bubbles: true});
  Object.assign(drop, {dataTransfer: {files: [file]}});
  node.querySelector(".drop")!.dispatchEvent(drop);
  expect(done.open).toHaveBeenCalledExactlyOnceWith(file);
  expect(drop.defaultPrevented).toBe(true);
  done.open.mockImplementation(() => {
    throw new Error("<b>No</b>.");
  });
  node.querySelector(".drop")!.dispatchEvent(drop);
  expect(node.querySelector("[role=alert]")!.textContent).toBe("<b>No</b>.");
});

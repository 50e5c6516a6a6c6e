// @vitest-environment jsdom
import {beforeEach, expect, it, vi} from "vitest";
import type {RunSummary} from "../../src/components/training/snapshot.js";
import {notesPanel} from "../../src/components/workbench/notesPanel.js";
import {idle, type RunState} from "../../src/components/workbench/runState.js";

const stored = (runId: string): RunState => ({...idle, stored: {runId} as RunSummary});

let kept: Map<string, string>;
let isFull: boolean;
let told: string[];
function open(state: RunState) {
  const page = new EventTarget();
  const panel = notesPanel(
    state,
    {
      read: async (runId) => kept.get(runId) ?? "",
      async write(runId, notes) {
        if (isFull) throw new Error("There is no room.");
        kept.set(runId, notes);
      },
      changed: (notes) => void told.push(notes)
    },
    page
  );
  const field = panel.querySelector("textarea")!;
  const write = (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
  };
  return {panel, page, field, write};
}
const read = (field: HTMLTextAreaElement) => vi.waitFor(() => expect(field.disabled).toBe(false));

beforeEach(() => {
  kept = new Map([["b", "A second run."]]);
  isFull = false;
  told = [];
});

it("is there when a run is, and stores what is written after a pause", async () => {
  const {panel, field, write} = open(idle);
  expect(panel.hidden).toBe(true);
  panel.update(stored("a"));
  expect(panel.hidden).toBe(false);
  await read(field);
  vi.useFakeTimers();
  write("Rate 3e-3, <b>too high</b>?");
  expect(kept.get("a")).toBeUndefined();
  await vi.advanceTimersByTimeAsync(700);
  vi.useRealTimers();
  expect(kept.get("a")).toBe("Rate 3e-3, <b>too high</b>?");
  expect(told.at(-1)).toBe("Rate 3e-3, <b>too high</b>?");
  expect(panel.querySelector("[role=status]")!.textContent).toBe("Kept in this browser.");
  panel.dispose();
});

it("stores at once when another run is shown, or the page is left", async () => {
  const {panel, page, field, write} = open(stored("a"));
  await read(field);
  write("first");
  panel.update(stored("b"));
  expect(field.value).toBe("");
  await read(field);
  expect(field.value).toBe("A second run.");
  expect(kept.get("a")).toBe("first");
  write("A second run, longer.");
  page.dispatchEvent(new Event("visibilitychange"));
  await vi.waitFor(() => expect(kept.get("b")).toBe("A second run, longer."));
  panel.dispose();
});

it("takes what a file has brought for the same run, unless the reader is writing", async () => {
  const {panel, field, write} = open(stored("b"));
  await read(field);
  kept.set("b", "A second run.\n\nFrom the file.");
  panel.update(stored("b"));
  await vi.waitFor(() => expect(field.value).toContain("From the file."));
  expect(field.disabled).toBe(false);
  kept.set("b", "older");
  panel.update(stored("b"));
  write("newer");
  await vi.waitFor(() => expect(told.at(-1)).not.toBe("older"));
  await panel.flush();
  expect(kept.get("b")).toBe("newer");
  panel.dispose();
});

it("keeps the text and says so where it cannot be stored", async () => {
  const {panel, field, write} = open(stored("a"));
  await read(field);
  isFull = true;
  write("precious");
  await panel.flush();
  expect(panel.querySelector("[role=alert]")!.textContent).toContain(
    "There is no room. They stay in the field."
  );
  expect(field.value).toBe("precious");
  isFull = false;
  [...panel.querySelectorAll("button")].find(({textContent}) => textContent === "Try again")!.click();
  await vi.waitFor(() => expect(kept.get("a")).toBe("precious"));
  expect(panel.querySelector("[role=alert]")).toBeNull();
  panel.dispose();
});

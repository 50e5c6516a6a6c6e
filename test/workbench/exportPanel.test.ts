// @vitest-environment jsdom
import {beforeAll, expect, test, vi} from "vitest";
import {type ParityRecord, recordParity} from "../../src/components/evaluation/parityRecord.js";
import type {FormatLoss, FormatOptions} from "../../src/components/inference/weightFormats.js";
import {ExportPlace} from "../../src/components/workbench/exportPlace.js";
import {type ParityBadgeOptions, parityBadge} from "../../src/components/workbench/parityBadge.js";
import {weightFormatsPanel} from "../../src/components/workbench/weightFormatsPanel.js";
import {fakeModel} from "../fixtures/fakeModel.js";

const said = (node: HTMLElement) => node.textContent!.replace(/\s+/g, " ");
const press = (node: HTMLElement, name: string) =>
  [...node.querySelectorAll("button")].find(({textContent}) => textContent === name)!.click();
const never = new AbortController().signal;
const text = Uint16Array.from({length: 60}, (_, i) => (i * i) % 7);
const model = fakeModel();
let reference: ParityRecord;
beforeAll(async () => {
  reference = await recordParity(model, text);
});

const badge = (more: Partial<ParityBadgeOptions> = {}, signal = never) =>
  parityBadge({open: async () => model, reference, use: "Used.", ...more}, signal);
const verdict = (node: HTMLElement) => node.querySelector<HTMLElement>("[data-agrees]");
const shown = (node: HTMLElement) =>
  vi.waitFor(() => expect(verdict(node)).not.toBeNull(), {timeout: 10_000});

test("a file that agrees is green in all three, and says what was measured", async () => {
  const node = badge();
  expect(said(node)).toContain("Opening the file in ONNX Runtime");
  await shown(node);
  expect(verdict(node)!.dataset.agrees).toBe("true");
  expect(said(node)).toMatch(/✓ ONNX Runtime and the trainer agree\. Used\./);
  expect(said(node)).toMatch(/✓ The largest \|Δlogit\| is 0\.0e\+0, over 168 logits/);
  expect(said(node)).toContain("✓ Both write the same 200 characters, greedily.");
  expect(said(node)).toMatch(/✓ The perplexity of 59 held-out tokens is ([\d.]+) in ONNX Runtime and \1 in/);
  expect(node.querySelectorAll(".parity-bad, progress")).toHaveLength(0);
});

test.each(["logits", "greedy", "perplexity"])("%s that differ turn it red", async (part) => {
  const wrong: ParityRecord = structuredClone(reference);
  if (part === "logits") wrong.windows[1]!.logits[3]! += 0.01;
  if (part === "greedy") wrong.greedy!.tokens[20] = (wrong.greedy!.tokens[20]! + 1) % 7;
  if (part === "perplexity") wrong.heldOut.nats += 0.001;
  const node = badge({reference: wrong});
  await shown(node);
  expect(verdict(node)!.dataset.agrees).toBe("false");
  expect(said(node)).toContain("✗ ONNX Runtime and the trainer disagree. Do not use this file.");
  const red = [...node.querySelectorAll<HTMLElement>("li.parity-bad")];
  expect(red.map(({dataset}) => dataset.part)).toEqual([part]);
});

test("the comparison can be stopped, and begun again", async () => {
  const node = badge();
  press(node, "Stop");
  await vi.waitFor(() => expect(said(node)).toContain("Stopped: this file has not been compared"));
  expect(verdict(node)).toBeNull();
  press(node, "Compare");
  await shown(node);
});

test("a file that cannot be opened is said to be unchecked", async () => {
  const node = badge({open: () => Promise.reject(new Error("It is <b>damaged</b>."))});
  await vi.waitFor(() => expect(said(node)).toContain("could not be checked: It is <b>damaged</b>."));
  expect(verdict(node)).toBeNull();
});

const found: FormatLoss[] = [
  {weights: "float32", bytes: 400_000, loss: 1.5, difference: 0},
  {weights: "float16", bytes: 201_000, loss: 1.50001, difference: 0.00001},
  {weights: "int8", bytes: 110_000, loss: 1.4975, difference: -0.0025}
];
const stored = {onnx: async () => new Blob(["x"]), step: 7, tokenizer: model.tokenizer, heldOut: text};

test("the formats are measured when asked, and shown with what they cost", async () => {
  URL.createObjectURL = () => "blob:x";
  URL.revokeObjectURL = vi.fn();
  let finish = () => {};
  const measure = async (..._asked: unknown[]) => {
    (_asked[3] as FormatOptions).onProgress!(5, 177);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return found;
  };
  const node = weightFormatsPanel(stored, never, measure);
  expect(said(node)).toContain("the same 59 held-out characters");
  expect(node.querySelector("table")).toBeNull();
  press(node, "Measure the three formats");
  await vi.waitFor(() => expect(said(node)).toContain("5 of 177 predictions"));
  finish();
  await vi.waitFor(() => expect(node.querySelector("table")).not.toBeNull());
  const rows = [...node.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => said(cell as HTMLElement))
  );
  expect(rows).toEqual([
    ["float32, as trained", "400.0 kB", "1.5000", "–", "Download float32"],
    ["float16", "201.0 kB", "1.5000", "+1.0e-5", "Download float16"],
    ["int8, a scale for each channel", "110.0 kB", "1.4975", "−0.0025", "Download int8"]
  ]);
  expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:x");
});

test("the measurement can be stopped and asked for again; a failure is told", async () => {
  const measure = vi.fn(
    (..._asked: unknown[]) =>
      new Promise<FormatLoss[]>((_, reject) => {
        const {signal} = _asked[3] as FormatOptions;
        signal!.addEventListener("abort", () => reject(signal!.reason));
      })
  );
  const node = weightFormatsPanel(stored, never, measure);
  press(node, "Measure the three formats");
  await vi.waitFor(() => expect(measure).toHaveBeenCalled());
  press(node, "Stop");
  await vi.waitFor(() => expect(said(node)).toContain("Measure the three formats"));
  expect(node.querySelector("[role=alert]")).toBeNull();
  measure.mockRejectedValueOnce(new Error("No room."));
  press(node, "Measure the three formats");
  await vi.waitFor(() => expect(said(node)).toContain("The formats could not be measured: No room."));
});

test("an export in the making says how far it is, can be stopped, and leaves nothing behind", () => {
  const stop = vi.fn();
  const place = new ExportPlace(stop);
  place.progress(30, 400);
  place.progress(60, 400);
  expect(said(place.node)).toContain("60 of 400 tokens");
  press(place.node, "Stop");
  expect(stop).toHaveBeenCalledOnce();
  place.stopped();
  expect(said(place.node)).toBe("The export was stopped; there is no file.");
  place.giveUp(); // there is nothing under way
  expect(said(place.node)).not.toBe("");
  place.progress(1, 400);
  place.giveUp();
  expect(said(place.node)).toBe("");
});

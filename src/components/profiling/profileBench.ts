import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {type PresetName, presets} from "../training/presets.js";
import {setText, uniqueId} from "../views/figure.js";
import {notice} from "../views/notice.js";
import {plainTable} from "../views/plainTable.js";
import {progressBar} from "../views/progressBar.js";
import {statGrid} from "../views/statGrid.js";
import {ProfileClient} from "./client.js";
import type {ProfileProgress} from "./measureProfile.js";
import type {ProfileRecord} from "./profileRecord.js";
import {COLUMNS, cellsOf, circumstancesOf, stepNumbers} from "./profileWords.js";
import type {ProfileReport} from "./protocol.js";
import {kernelRows} from "./roofline.js";
import {rooflineFigure} from "./rooflineFigure.js";

/** Windows in a batch that are offered at first: what a tab measures in a minute or so on a GPU. */
const batches: Partial<Record<PresetName, number>> = {
  toy: presets.toy.train.batchSize,
  "nanogpt-cpu": presets["nanogpt-cpu"].train.batchSize,
  baby: 4
};
const LARGEST_BATCH = 256;

export interface ProfileBenchOptions {
  /** What is shown until something is measured here. */
  recorded: ProfileRecord;
  /** Makes the device quiet for a measurement, and says what was done for it where anything was. */
  quieten?: () => string | null;
  /** For tests. */
  client?: ProfileClient;
  hasAdapter?: () => Promise<boolean>;
}

/** Measures a training step on the reader's device, kernel by kernel, when asked to, and shows what came out. */
export function profileBench({
  recorded,
  quieten = () => null,
  client = new ProfileClient(),
  hasAdapter = asksForAdapter
}: ProfileBenchOptions): HTMLElement & {dispose(): void} {
  const [presetId, batchId] = [uniqueId("preset"), uniqueId("batch")];
  const preset = html`<select id=${presetId}>${Object.keys(batches).map(
    (name) => html`<option value=${name}>${name}`
  )}</select>` as HTMLSelectElement;
  const batch =
    html`<input id=${batchId} type="number" min="1" max=${LARGEST_BATCH} step="1" inputmode="numeric"
    value=${batches.toy}>` as HTMLInputElement;
  const start =
    html`<button type="submit" class="button button-primary" disabled>Measure this device</button>` as HTMLButtonElement;
  const stop = html`<button type="button" class="button" disabled>Stop</button>` as HTMLButtonElement;
  const said = html`<p class="figure-reading" role="status">Looking for a WebGPU adapter …</p>`;
  const complaint = html`<div></div>`;
  const progress = progressBar({label: "Measuring", done: 0, total: null, unit: "kernels"});
  progress.hidden = true;
  const results = html`<div></div>`;
  const form = html`<form class="examination-form">
    <div class="field"><label for=${presetId}>Preset</label>${preset}</div>
    <div class="field"><label for=${batchId}>Windows in a batch</label>${batch}</div>
    <p class="button-row">${start}${stop}</p>
  </form>` as HTMLFormElement;
  /** The part of a measurement that is going on, and since when, to tell the time left. */
  let part = {label: "", total: 0, began: 0};
  let paused: string | null = null;

  preset.addEventListener("change", () => {
    batch.value = String(batches[preset.value as PresetName]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
  });
  stop.addEventListener("click", () => {
    client.stop();
    rest("Stopped. What was measured so far is not kept.");
  });

  function begin(): void {
    const batchSize = Number(batch.value);
    complaint.replaceChildren();
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > LARGEST_BATCH) {
      const message = `The batch is “${batch.value}”; it must be a whole number from 1 to ${LARGEST_BATCH}.`;
      complaint.replaceChildren(notice({kind: "error", message}));
      return;
    }
    setRunning(true);
    paused = quieten();
    tell("Starting WebGPU in a worker of its own …");
    client.measure({preset: preset.value as PresetName, batchSize}, hear);
  }

  function hear(report: ProfileReport): void {
    switch (report.type) {
      case "started":
        tell(`Measuring on ${report.adapter}.`);
        return;
      case "progress":
        showProgress(report.progress);
        return;
      case "measured":
        rest(`Measured on ${report.record.adapter}.`);
        show(report.record, "Measured on this device");
        return;
      case "failed":
        complaint.replaceChildren(notice({kind: "error", message: report.message}));
        rest("");
    }
  }

  function showProgress({label, done, total, unit}: ProfileProgress): void {
    if (label !== part.label || total !== part.total) part = {label, total, began: performance.now()};
    const elapsed = (performance.now() - part.began) / 1000;
    const secondsLeft = done > 1 ? (elapsed / done) * (total - done) : null;
    progress.update({label, done, total, unit, secondsLeft});
  }

  function setRunning(isRunning: boolean): void {
    start.disabled = isRunning;
    stop.disabled = !isRunning;
    progress.hidden = !isRunning;
  }

  function tell(sentence: string): void {
    setText(said, [paused, sentence].filter(Boolean).join(" "));
  }

  function rest(sentence: string): void {
    setRunning(false);
    tell(sentence);
  }

  function show(record: ProfileRecord, title: string): void {
    const table = plainTable({
      caption: "Every kernel of the step, the slowest first",
      columns: COLUMNS,
      rows: kernelRows(record).map(cellsOf),
      texts: [1, 9]
    });
    table.tabIndex = 0;
    table.setAttribute("role", "region");
    table.setAttribute("aria-label", "Table of kernels");
    results.replaceChildren(
      html`<h3>${title}</h3>`,
      html`<p>${circumstancesOf(record)}</p>`,
      statGrid(stepNumbers(record), {label: "The step in numbers"}),
      rooflineFigure(record),
      table
    );
  }

  show(recorded, "A recorded profile, not of your device");
  hasAdapter()
    .catch(() => false)
    .then((isThere) => {
      start.disabled = !isThere;
      setText(
        said,
        isThere
          ? "This browser has WebGPU. Nothing runs until you press the button; it takes about a minute, on a software adapter several."
          : "This browser offers no WebGPU adapter, so nothing can be measured here. What you see below was recorded on another machine."
      );
    })
    .catch((error: unknown) => setText(said, messageOf(error)));

  const node =
    html`<div class="profile">${form}${said}${progress}${complaint}${results}</div>` as HTMLElement;
  return Object.assign(node, {dispose: () => client.stop()});
}

/** Whether this browser has an adapter to offer; asking costs nothing and starts nothing. */
const asksForAdapter = async (): Promise<boolean> =>
  ((await globalThis.navigator?.gpu?.requestAdapter()) ?? null) !== null;

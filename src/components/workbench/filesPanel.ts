import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {downloadButton} from "../views/buttons.js";
import {dropTarget} from "../views/dropTarget.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import type {RunState} from "./runState.js";

/** What a reader can ask for here. */
export interface FileActions {
  /** The run at this moment and its text, as one file. */
  runFile(): Promise<{file: Blob; step: number}>;
  /** The run's curve, and what made it. */
  logs(): Promise<RunLogs>;
  /** Opens the run in a file. Throws where that cannot be now. */
  open(file: File): void;
}

export interface RunLogs {
  csv: string;
  events: {name: string; bytes: Uint8Array<ArrayBuffer>};
  record: string;
}

/** The files of a run: itself as one file, to be opened again here or elsewhere, and its logs. */
export function filesPanel(initial: RunState, actions: FileActions): Figure<RunState> {
  let step = 0;
  let eventName = "";
  const run = downloadButton(
    async () => {
      const made = await actions.runFile();
      step = made.step;
      return made.file;
    },
    () => `glassformer-step-${step}.safetensors`,
    "Download the run"
  );
  const csv = downloadButton(
    async () => text((await actions.logs()).csv, "text/csv"),
    "log.csv",
    "Log as CSV"
  );
  const events = downloadButton(
    async () => {
      const {name, bytes} = (await actions.logs()).events;
      eventName = name;
      return bytes;
    },
    () => eventName,
    "Log for TensorBoard"
  );
  const record = downloadButton(
    async () => text((await actions.logs()).record, "application/json"),
    "run.json",
    "Run record"
  );
  const own = html`<div>
    <p class="button-row">${run}${csv}${events}${record}</p>
    <p class="figure-note">The run is one file, its text included: it goes on here, in another browser, or with
      <code>npm run train -- --resume FILE</code>. The logs hold every step: losses, learning rate, gradient norm and
      seconds.</p>
  </div>` as HTMLElement;

  const file = html`<input type="file" class="visually-hidden" accept=".safetensors">` as HTMLInputElement;
  const problem = html`<p class="drop-problem" role="alert"></p>`;
  const drop = html`<div class="drop">
    <p class="drop-hint">Drop a run’s file here, or open one. It is read in this browser and sent nowhere.</p>
    <div class="button-row"><label class="button">Open a run’s file…${file}</label></div>
    ${problem}
  </div>` as HTMLElement;

  function open(chosen: File | undefined): void {
    if (!chosen) return;
    try {
      setText(problem, "");
      actions.open(chosen);
    } catch (error) {
      setText(problem, messageOf(error));
    }
  }
  file.addEventListener("change", () => {
    open(file.files?.[0]);
    file.value = "";
  });
  dropTarget(drop, (dropped) => open(dropped?.files[0]));

  const node = html`<section class="figure run-files" aria-label="Files of the run">
    <h2>Files</h2>${own}${drop}
  </section>` as HTMLElement;

  function update(state: RunState): void {
    own.hidden = state.run === null && state.stored === null;
    file.disabled = state.state === "preparing";
  }
  update(initial);
  return asFigure(node, update);
}

const text = (content: string, type: string): Blob => new Blob([content], {type});

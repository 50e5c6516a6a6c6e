import {html} from "htl";
import {messageOf} from "../errorMessage.js";
import {downloadButton} from "../views/buttons.js";
import {dropTarget} from "../views/dropTarget.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import type {RunState} from "./runState.js";

/** What a reader can ask for here. */
export interface ReceiptActions {
  /** The receipt of the run at this moment, as the text of a file. */
  receipt(): Promise<string>;
  /** What shows a receipt and replays it; rejects with a sentence where the file is none. */
  open(file: File): Promise<HTMLElement & {dispose(): void}>;
}

/** The receipt of the run, to download, and a place for receipts to be replayed. `dispose` ends a replay. */
export function receiptPanel(
  initial: RunState,
  actions: ReceiptActions
): Figure<RunState> & {dispose(): void} {
  const download = downloadButton(
    async () => new Blob([await actions.receipt()], {type: "application/json"}),
    "receipt.json",
    "Download the receipt"
  );
  const own = html`<p class="button-row">${download}</p>` as HTMLElement;
  const file =
    html`<input type="file" class="visually-hidden" accept=".json,application/json">` as HTMLInputElement;
  const problem = html`<p class="drop-problem" role="alert"></p>`;
  const drop = html`<div class="drop">
    <p class="drop-hint">Drop a receipt here, or open one. It is read in this browser and sent nowhere.</p>
    <div class="button-row"><label class="button">Open a receipt…${file}</label></div>
    ${problem}
  </div>` as HTMLElement;
  const place = html`<div></div>`;
  let shown: (HTMLElement & {dispose(): void}) | null = null;

  /** A file that is none leaves the receipt before it where it is. */
  async function open(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    setText(problem, "");
    try {
      const next = await actions.open(chosen);
      shown?.dispose();
      shown = next;
      place.replaceChildren(next);
    } catch (error) {
      setText(problem, messageOf(error));
    }
  }
  file.addEventListener("change", async () => {
    await open(file.files?.[0]);
    file.value = "";
  });
  dropTarget(drop, (dropped) => void open(dropped?.files[0]));

  const node = html`<section class="figure run-receipt" aria-label="Receipt of the run">
    <h2>Receipt</h2>
    <p class="figure-note">A receipt is enough to train a run again and to tell whether the same comes out: seed,
      settings, hashes of text and tokenizer, engine, and the curve with all its digits. The text itself is not in
      it.</p>
    ${own}${drop}${place}
  </section>` as HTMLElement;

  function update(state: RunState): void {
    own.hidden = (state.run === null && state.stored === null) || state.step === 0;
  }
  update(initial);
  return Object.assign(asFigure(node, update), {dispose: () => shown?.dispose()});
}

import {html} from "htl";
import {unitOf} from "../text/tokenizer.js";
import {epochsAt, formatEpochs} from "../training/epochs.js";
import {type CheckpointFacts, KEPT_INTERVALS} from "../training/keptCheckpoints.js";
import {useInWords} from "../training/storageUse.js";
import {downloadButton} from "../views/buttons.js";
import {asFigure, type Figure, setText} from "../views/figure.js";
import {formatBytes, formatCount, formatFixed, formatPlural} from "../views/format.js";
import type {RunDescription} from "./runSentences.js";
import type {RunState} from "./runState.js";

/** What a reader can ask for here. */
export interface CheckpointActions {
  keep(): void;
  restore(checkpoint: CheckpointFacts): void;
  remove(checkpoint: CheckpointFacts): void;
  /** The checkpoint and its text, as one file. */
  file(checkpoint: CheckpointFacts): Promise<Blob>;
}

const kinds: Record<CheckpointFacts["kind"], string> = {
  interval: "in passing",
  best: "best so far",
  asked: "by you",
  left: "when you left it"
};

const dates = new Intl.DateTimeFormat("en-GB", {dateStyle: "medium", timeStyle: "short"});

/** Earlier states of the run as a table, with what can be done with each, and the room that they take. */
export function checkpointPanel(initial: RunState, actions: CheckpointActions): Figure<RunState> {
  const keep = html`<button type="button" class="button">Keep a checkpoint</button>` as HTMLButtonElement;
  keep.addEventListener("click", actions.keep);
  const body = html`<tbody></tbody>`;
  const lossHead = html`<th scope="col" class="number"></th>`;
  const table = html`<div class="scroll" role="region" aria-label="Table of checkpoints" tabindex="0"><table>
    <thead><tr>
      <th scope="col" class="number">Step</th><th scope="col" class="number">Epochs</th>${lossHead}
      <th scope="col">Kept</th><th scope="col" class="number">Size</th><th scope="col">When</th>
      <th scope="col"><span class="visually-hidden">What to do with it</span></th>
    </tr></thead>
    ${body}
  </table></div>` as HTMLElement;
  const rules = html`<p class="figure-note"></p>`;
  const room = html`<p class="figure-note"></p>`;
  const node = html`<section class="figure run-table checkpoints" aria-label="Checkpoints">
    <h2>Checkpoints</h2>
    <p class="figure-note">A checkpoint is the whole state of the run: going back to one, the run continues as it did
      the first time, bit for bit on the same engine. Where you are is kept first.</p>
    <p class="button-row">${keep}</p>
    ${table}${rules}${room}
  </section>` as HTMLElement;
  let shown = "";

  function update(state: RunState): void {
    const run = state.run ?? state.stored;
    node.hidden = run === null;
    if (!run) return;
    keep.disabled = state.state === "preparing";
    table.hidden = state.checkpoints.length === 0;
    setText(rules, rulesOf(run));
    setText(room, roomOf(state));
    showTable(state, run);
  }

  function showTable({checkpoints, state}: RunState, run: RunDescription): void {
    const isBusy = state === "preparing";
    const key = JSON.stringify([run.runId, isBusy, checkpoints]);
    if (key === shown) return; // so that the keyboard's focus stays on its button
    shown = key;
    setText(lossHead, `Validation loss, nats a ${unitOf(run.corpus.tokenizer)}`);
    const focused = [...body.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    body.replaceChildren(...checkpoints.map((checkpoint) => row(checkpoint, run, isBusy)));
    if (focused < 0) return;
    const buttons = body.querySelectorAll("button");
    (buttons[Math.min(focused, buttons.length - 1)] ?? keep).focus();
  }

  function row(checkpoint: CheckpointFacts, run: RunDescription, isBusy: boolean): Element {
    const {step, kind, validationLoss, bytes, keptAt} = checkpoint;
    const epochs = epochsAt(step, run);
    const name = `step ${formatCount(step)}, ${kinds[kind]}`;
    const back =
      html`<button type="button" class="button button-small" aria-label=${`Go back to ${name}`}>Go back</button>` as HTMLButtonElement;
    back.addEventListener("click", () => actions.restore(checkpoint));
    back.disabled = isBusy;
    const remove = html`<button type="button" class="button button-small" aria-label=${`Delete ${name}`}>Delete</button>`;
    remove.addEventListener("click", () => actions.remove(checkpoint));
    const download = downloadButton(
      () => actions.file(checkpoint),
      `glassformer-step-${step}.safetensors`,
      "Download"
    );
    const button = download.querySelector("button")!;
    button.classList.add("button-small");
    button.setAttribute("aria-label", `Download ${name}`);
    return html`<tr>
      <th scope="row" class="number">${formatCount(step)}</th>
      <td class="number">${epochs === null ? "–" : formatEpochs(epochs)}</td>
      <td class="number">${validationLoss === null ? "–" : formatFixed(validationLoss, 3)}</td>
      <td>${kinds[kind]}</td>
      <td class="number">${formatBytes(bytes)}</td>
      <td>${dates.format(keptAt)}</td>
      <td><span class="button-group">${back}${download}${remove}</span></td>
    </tr>`;
  }

  update(initial);
  return asFigure(node, update);
}

/** Which are kept, and until when. */
function rulesOf({trainConfig: {checkpointInterval}}: RunDescription): string {
  const passing =
    checkpointInterval > 0
      ? `One is kept every ${formatPlural(checkpointInterval, "step")}, and of these the newest ${KEPT_INTERVALS}.`
      : "The setting “Checkpoint every … steps” keeps others in passing.";
  return `${passing} The best by validation loss is kept until there is a better one; those that you keep, and those that you leave for another, stay until you delete them or begin another run.`;
}

/** The room that they take, and what the browser has promised. */
function roomOf({checkpoints, use, persistence}: RunState): string {
  const bytes = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
  const own = checkpoints.length > 0 ? `Checkpoints take ${formatBytes(bytes)}. ` : "";
  const all = use && use.used !== null ? `In all, this site uses ${useInWords(use)}. ` : "";
  return `${own}${all}${persistence ?? ""}`.trim();
}

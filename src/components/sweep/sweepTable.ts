import {html, svg} from "htl";
import {formatEpochs} from "../training/epochs.js";
import {curveStyle} from "../views/curveStyle.js";
import {asFigure, type Figure} from "../views/figure.js";
import {formatCount, formatDuration, formatFixed} from "../views/format.js";
import {ranked} from "./order.js";
import type {SweepRecord} from "./sweep.js";
import {resultOf, type Trial} from "./trial.js";

const statusNames: Record<Trial["status"], string> = {
  waiting: "waiting",
  running: "running",
  complete: "complete",
  diverged: "diverged",
  failed: "failed"
};

/** The runs of a sweep, the best first, with what differs; `onUse` is asked to take a run's settings. */
export function sweepTable(data: SweepRecord, onUse: (trial: Trial) => void): Figure<SweepRecord> {
  const head = html`<thead></thead>`;
  const body = html`<tbody></tbody>`;
  const node = html`<div class="scroll" role="region" aria-label="Table of the sweep’s runs" tabindex="0">
    <table>${head}${body}</table></div>`;
  let shown = "";

  function update(sweep: SweepRecord): void {
    const rows = ranked(sweep.trials);
    // The rows of a long run change in their step alone; a button keeps the keyboard's focus meanwhile.
    const key = JSON.stringify(
      rows.map(({status, step, validation, values}) => [status, step, validation, values])
    );
    if (key === shown) return;
    shown = key;
    const focused = [...body.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    head.replaceChildren(headings(sweep));
    body.replaceChildren(...rows.map((trial) => row(trial, sweep)));
    if (focused >= 0) body.querySelectorAll("button")[focused]?.focus();
  }

  const headings = ({variations}: SweepRecord) => html`<tr>
    <th scope="col">Run</th>
    ${variations.map(({field}) => html`<th scope="col" class="number">${field}</th>`)}
    <th scope="col">Outcome</th>
    <th scope="col" class="number">Steps</th><th scope="col" class="number">Epochs</th>
    <th scope="col" class="number">Training loss</th><th scope="col" class="number">Validation loss</th>
    <th scope="col" class="number">Best validation loss</th>
    <th scope="col" class="number">Time</th><th scope="col" class="number">Tokens/s</th>
    <th scope="col"><span class="visually-hidden">Use</span></th></tr>`;

  function row(trial: Trial, {variations, trials}: SweepRecord): Element {
    const index = trials.indexOf(trial);
    const {trainLoss, validationLoss, best} = resultOf(trial);
    const loss = (x: number | null) => html`<td class="number">${x === null ? "–" : formatFixed(x, 3)}</td>`;
    return html`<tr class=${`trial-${trial.status}`}>
      <th scope="row"><span class="trial-key">${index + 1} ${key(index)}</span></th>
      ${variations.map(({field}) => html`<td class="number">${String(trial.values[field])}</td>`)}
      <td>${trial.message ?? statusNames[trial.status]}</td>
      <td class="number">${formatCount(trial.step)}</td>
      <td class="number">${trial.epochs === null ? "–" : formatEpochs(trial.epochs)}</td>
      ${loss(trainLoss)}${loss(validationLoss)}
      <td class="number">${best ? `${formatFixed(best.loss, 3)} at ${formatCount(best.step)}` : "–"}</td>
      <td class="number">${trial.seconds > 0 ? formatDuration(trial.seconds) : "–"}</td>
      <td class="number">${trial.tokensPerSecond === null ? "–" : formatCount(trial.tokensPerSecond)}</td>
      <td>${trial.status === "complete" ? useButton(trial, index) : null}</td>
    </tr>`;
  }

  function useButton(trial: Trial, index: number): Element {
    const button = html`<button type="button" class="button button-small" aria-label=${`Use the settings of run ${index + 1}`}>Use</button>`;
    button.addEventListener("click", () => onUse(trial));
    return button;
  }

  update(data);
  return asFigure(node, update);
}

function key(index: number): Element {
  const {stroke, dash} = curveStyle(index);
  return svg`<svg width="34" height="8" aria-hidden="true"><line x1="0" x2="34" y1="4" y2="4" stroke=${stroke} stroke-dasharray=${dash} stroke-width="2"></line></svg>`;
}

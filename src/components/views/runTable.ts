import {html, svg} from "htl";
import {curveStyle} from "./curveStyle.js";
import {asFigure, type Figure} from "./figure.js";
import {formatCount, formatFixed} from "./format.js";

export interface RunRow {
  /** null for the present run, which cannot be removed. */
  runId: string | null;
  /** The index of its curve, which decides its mark; null where it has none. */
  curve: number | null;
  name: string;
  /** What differs from the present run. */
  differs: string;
  steps: number;
  parameters: number;
  /** The last measured validation loss, nats a unit; null where it does not compare. */
  loss: number | null;
  /** What the reader has written about it. */
  notes?: string;
}

export interface RunTableData {
  rows: readonly RunRow[];
  /** What losses are told by. */
  unit: string;
  /** What to mind when comparing. */
  notes: readonly string[];
}

/** The runs that a chart compares, as a table; `onRemove` is asked to take one away. Hidden while there is but one. */
export function runTable(data: RunTableData, onRemove: (runId: string) => void): Figure<RunTableData> {
  const title = html`<h3>Runs to compare</h3>`;
  const body = html`<tbody></tbody>`;
  const lossHead = html`<th scope="col" class="number"></th>`;
  const remarks = html`<div></div>`;
  const node = html`<section class="figure run-table" aria-label="Runs to compare">
    ${title}
    <div class="scroll" role="region" aria-label="Table of runs" tabindex="0"><table>
      <thead><tr>
        <th scope="col">Curve</th><th scope="col">Run</th><th scope="col">Differs from this run in</th>
        <th scope="col" class="number">Steps</th><th scope="col" class="number">Parameters</th>
        ${lossHead}<th scope="col">Notes</th><th scope="col"><span class="visually-hidden">Remove</span></th>
      </tr></thead>
      ${body}
    </table></div>
    ${remarks}
  </section>` as HTMLElement;
  const region = node.querySelector<HTMLElement>(".scroll")!;
  let shown = "";

  function update(next: RunTableData): void {
    node.hidden = next.rows.length < 2;
    const key = JSON.stringify(next);
    if (key === shown) return; // so that the keyboard's focus stays on its button
    shown = key;
    lossHead.replaceChildren(`Validation loss, nats a ${next.unit}`);
    const focused = [...body.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    body.replaceChildren(...next.rows.map(row));
    remarks.replaceChildren(...next.notes.map((note) => html`<p class="figure-note">${note}</p>`));
    if (focused >= 0) {
      const buttons = body.querySelectorAll("button");
      (buttons[Math.min(focused, buttons.length - 1)] ?? region).focus();
    }
  }

  function row({runId, curve, name, differs, steps, parameters, loss, notes}: RunRow): Element {
    return html`<tr>
      <td>${runId === null ? presentKey() : curve === null ? "–" : curveKey(curve)}</td>
      <th scope="row">${name}</th>
      <td>${differs}</td>
      <td class="number">${formatCount(steps)}</td>
      <td class="number">${formatCount(parameters)}</td>
      <td class="number">${loss === null ? "–" : formatFixed(loss, 3)}</td>
      <td class="run-notes">${notes}</td>
      <td>${runId === null ? null : removeButton(runId, name)}</td>
    </tr>`;
  }

  function removeButton(runId: string, name: string): Element {
    const button = html`<button type="button" class="button button-small" aria-label=${`Remove ${name}`}>Remove</button>`;
    button.addEventListener("click", () => onRemove(runId));
    return button;
  }

  update(data);
  return asFigure(node, update);
}

function curveKey(curve: number): Element {
  const {mark, stroke, dash} = curveStyle(curve);
  return html`<span class="curve-key">${mark} ${line(stroke, dash, 2)}</span>`;
}
const presentKey = (): Element => html`<span class="curve-key">${line("var(--surprise)", "none", 3)}</span>`;

const line = (stroke: string, dash: string, width: number): Element =>
  svg`<svg width="34" height="8" aria-hidden="true"><line x1="0" x2="34" y1="4" y2="4" stroke=${stroke} stroke-dasharray=${dash} stroke-width=${width}></line></svg>`;

import {html} from "htl";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {type MatrixData, matrixTable} from "../../views/matrixTable.js";
import {notice} from "../../views/notice.js";
import type {WorkshopClient} from "./client.js";
import {type LinearStep, linearSteps, type NamedMatrix, randomCase, readCell} from "./linearSteps.js";
import type {LinearCase, LinearResult} from "./protocol.js";

/** A linear layer forward and backward, a step at a time; every number comes from the op that trains the models. */
export function linearFigure(
  recorded: {layer: LinearCase; result: LinearResult},
  client: WorkshopClient
): HTMLElement {
  let steps = linearSteps(recorded.layer, recorded.result);
  let at = 0;
  let cell = {row: 0, column: 0};
  let asked: {id: number; layer: LinearCase} | null = null;
  let seed = 100;

  const tabs = steps.map(({title}, i) => {
    const tab =
      html`<button type="button" class="step-button">${i + 1}. ${title}</button>` as HTMLButtonElement;
    tab.addEventListener("click", () => go(i));
    return tab;
  });
  const says = html`<p class="linear-says"></p>`;
  const room = html`<div class="equation linear-room"></div>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const problem = html`<div></div>`;
  const [back, on] = [button("Back", () => go(at - 1)), button("Next", () => go(at + 1))];

  client.listen((report) => {
    if (report.id !== asked?.id) return;
    if (report.type === "linear") steps = linearSteps(asked.layer, report.result);
    if (report.type === "failed") problem.replaceChildren(notice({kind: "error", message: report.message}));
    asked = null;
    build();
  });
  function renew(): void {
    problem.replaceChildren();
    seed += 1;
    asked = {id: client.newId(), layer: randomCase(seed)};
    client.send({type: "linear", ...asked});
  }
  function reset(): void {
    asked = null;
    problem.replaceChildren();
    steps = linearSteps(recorded.layer, recorded.result);
    go(0);
  }
  function go(next: number): void {
    at = Math.max(0, Math.min(steps.length - 1, next));
    cell = {row: 0, column: 0};
    build();
  }

  /** The operands that show which of their numbers the chosen one is made of. */
  let follow: (() => void)[] = [];
  function build(): void {
    const step = steps[at]!;
    follow = [];
    const result = matrixTable(matrixOf(step.result), {
      onPoint: (point) => {
        if (!point) return;
        cell = point;
        for (const light of follow) light();
        setText(reading, readCell(step, cell.row, cell.column));
      }
    });
    const operand = (named: NamedMatrix | null, lit: () => MatrixData["lit"]) => {
      if (!named) return null;
      const data = () => ({...matrixOf(named), lit: lit() ?? {}});
      const node = matrixTable(data());
      follow.push(() => node.update(data()));
      return node;
    };
    const left = operand(step.left, () => (step.sign === "Σ" ? {column: cell.column} : {row: cell.row}));
    const right = operand(step.right, () => ({column: cell.column}));
    const sign = (text: string) => html`<span class="sign">${text}</span>`;
    room.replaceChildren(
      ...(step.sign === "Σ" ? [sign("Σ rows of")] : []),
      ...(left ? [left] : []),
      ...(right ? [sign(step.sign), right] : []),
      ...(left ? [sign("=")] : []),
      result
    );
    tabs.forEach((tab, i) => {
      if (i === at) tab.setAttribute("aria-current", "step");
      else tab.removeAttribute("aria-current");
    });
    back.disabled = at === 0;
    on.disabled = at === steps.length - 1;
    setText(says, step.says);
    setText(reading, readCell(step, cell.row, cell.column));
  }
  build();
  return html`<figure class="figure linear-figure vectors-plain">
    <div class="step-buttons" role="group" aria-label="Steps of the layer">${tabs}</div>
    ${says}${room}${reading}${problem}
    <p class="button-row">${back}${on}${button("Other numbers", renew)}${button("Reset", reset)}</p>
  </figure>` as HTMLElement;
}

function matrixOf({name, values, rows, columns, isGradient}: NamedMatrix): MatrixData {
  const count = (length: number) => Array.from({length}, (_, i) => String(i + 1));
  return {
    title: `${name} [${rows}, ${columns}]`,
    values,
    rows: count(rows),
    columns: count(columns),
    hue: isGradient ? "gradient" : "value"
  };
}

export type {LinearStep};

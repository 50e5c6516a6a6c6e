import {html} from "htl";
import {setText} from "../../views/figure.js";
import {capital, formatPercent} from "../../views/format.js";
import {matrixTable} from "../../views/matrixTable.js";
import type {Desk} from "./desk.js";
import {habits} from "./habits.js";
import {changeOf, headCount, headName, toHead} from "./headFacts.js";

/** Every head's share of attention for every habit, and in the last row what even attention gives. */
export function scoreTable(desk: Desk): HTMLElement {
  const {measured} = desk;
  const {scores, model, unit} = measured;
  const count = headCount(measured);
  const rows = [...Array.from({length: count}, (_, head) => rowName(head, model.nHead)), "even"];
  const data = () => ({
    title: "Share of attention, mean over the places of each habit",
    values: [...scores.weights, ...scores.even],
    rows,
    columns: habits.map(({name}) => name),
    hue: "probability" as const,
    scale: 1,
    lit: {row: desk.state.lit ?? desk.state.head}
  });
  const reading = html`<p class="figure-reading"></p>`;
  let pointed: {row: number; column: number} | null = null;
  const table = matrixTable(data(), {
    onPoint: (cell) => {
      pointed = cell;
      desk.set({lit: cell && cell.row < count ? cell.row : null});
    }
  });
  function words(): string {
    if (!pointed) return "Point at a number, or walk with the arrow keys, to read what was counted.";
    const {row, column} = pointed;
    const {looksAt, counted} = habits[column]!;
    const who = row < count ? capital(headName(row, model.nHead)) : "Even attention";
    const share = (row < count ? scores.weights[row * habits.length + column] : scores.even[column])!;
    return Number.isNaN(share)
      ? `The text had no place of this kind: ${counted(unit)}.`
      : `${who}: ${formatPercent(share)} of the attention goes to ${looksAt(unit)}, counted ${counted(unit)}, ${scores.places[column]} times.`;
  }
  desk.subscribe(() => {
    table.update(data());
    setText(reading, words());
  });
  setText(reading, words());
  return html`<div class="heads-scores">${table}${reading}</div>` as HTMLElement;
}

/** How much the loss rises without each head: layers down, heads across. */
export function costTable(desk: Desk): HTMLElement {
  const {costs, model, unit} = desk.measured;
  const data = () => {
    const lit = desk.state.lit ?? desk.state.head;
    const {layer, head} = toHead(lit, model.nHead);
    return {
      title: `Rise of the loss without a head, nats a ${unit}`,
      values: costs.rises,
      rows: Array.from({length: model.nLayer}, (_, i) => `layer ${i + 1}`),
      columns: Array.from({length: model.nHead}, (_, i) => `head ${i + 1}`),
      hue: "surprise" as const,
      decimals: 3,
      lit: {row: layer, column: head}
    };
  };
  const reading = html`<p class="figure-reading"></p>`;
  const table = matrixTable(data(), {
    onPoint: (cell) => desk.set({lit: cell && cell.row * model.nHead + cell.column})
  });
  const words = () => {
    const head = desk.state.lit ?? desk.state.head;
    return `Without ${headName(head, model.nHead)} the loss ${changeOf(costs.rises[head]!, unit)}.`;
  };
  desk.subscribe(() => {
    table.update(data());
    setText(reading, words());
  });
  setText(reading, words());
  return html`<div class="heads-costs">${table}${reading}</div>` as HTMLElement;
}

const rowName = (head: number, nHead: number): string => {
  const at = toHead(head, nHead);
  return `${at.layer + 1}·${at.head + 1}`;
};

import {html} from "htl";
import {asFigure, type Figure} from "./figure.js";

export interface TableData {
  caption: string;
  /** The first names the rows; the others are numbers unless `texts` holds their place. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Columns that hold text, which is set from the left. */
  texts?: readonly number[];
}

/** A table of measured things: a name and its numbers in each row. */
export function plainTable(data: TableData): Figure<TableData> {
  const node = html`<div class="scroll"></div>`;
  function update({caption, columns, rows, texts = []}: TableData): void {
    const kind = (column: number) => (texts.includes(column) ? "table-text" : "table-number");
    node.replaceChildren(html`<table class="plain-table"><caption>${caption}</caption>
      <thead><tr>${columns.map((name, i) => html`<th scope="col" class=${i === 0 ? "table-text" : kind(i)}>${name}</th>`)}</tr></thead>
      <tbody>${rows.map(
        ([name, ...cells]) =>
          html`<tr><th scope="row">${name}</th>${cells.map((cell, i) => html`<td class=${kind(i + 1)}>${cell}</td>`)}</tr>`
      )}</tbody></table>`);
  }
  update(data);
  return asFigure(node, update);
}

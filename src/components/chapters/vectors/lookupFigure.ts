import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatFixed, tokenName, visibleToken} from "../../views/format.js";
import {matrixTable} from "../../views/matrixTable.js";
import {dot} from "./tokenTable.js";

/** Rows and columns of the table that are shown, so that the product can be checked by eye. */
const [ROWS, COLUMNS] = [5, 4];

/** The tokens whose rows are shown with that of `token`: it and those around it. */
export function around(token: number, V: number): number[] {
  const count = Math.min(ROWS, V);
  const first = Math.max(0, Math.min(V - count, token - Math.floor(count / 2)));
  return Array.from({length: count}, (_, i) => first + i);
}

/** A piece of the table, a one-hot row before it, and their product: the row of the token, which `update` changes. */
export function lookupFigure(
  rows: readonly Float64Array[],
  vocabulary: readonly string[],
  start: number
): Figure<number> {
  const columns = Array.from({length: Math.min(COLUMNS, rows[0]!.length)}, (_, i) => String(i + 1));
  let token = start;
  let tokens = around(token, rows.length);

  function matrices() {
    const names = tokens.map((id) => visibleToken(vocabulary[id]!));
    const oneHot = tokens.map((id) => (id === token ? 1 : 0));
    const column = (j: number) => tokens.map((id) => rows[id]![j]!);
    const lit = tokens.indexOf(token);
    const hue = "value" as const;
    return {
      oneHot: {
        title: "one-hot",
        values: oneHot,
        rows: [""],
        columns: names,
        hue,
        decimals: 0,
        lit: {column: lit}
      },
      table: {
        title: "a corner of the table E",
        values: tokens.flatMap((id) => columns.map((_, j) => rows[id]![j]!)),
        rows: names,
        columns,
        hue,
        lit: {row: lit}
      },
      product: {
        title: "the product",
        values: columns.map((_, j) => dot(oneHot, column(j))),
        rows: [names[lit]!],
        columns,
        hue
      }
    };
  }
  const first = matrices();
  const follow = (place: "row" | "column") => (cell: {row: number; column: number} | null) => {
    const next = cell && tokens[cell[place]];
    if (next == null || next === token) return;
    token = next;
    show();
  };
  const oneHot = matrixTable(first.oneHot, {onPoint: follow("column")});
  const table = matrixTable(first.table, {onPoint: follow("row")});
  const product = matrixTable(first.product);
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;

  function show(): void {
    const next = matrices();
    oneHot.update(next.oneHot);
    table.update(next.table);
    product.update(next.product);
    const numbers = columns.map((_, j) => formatFixed(rows[token]![j]!, 2)).join(", ");
    setText(reading, `The 1 picks the row of ${tokenName(vocabulary[token]!)}: ${numbers}, …`);
  }
  show();
  const node = html`<figure class="figure lookup-figure vectors-plain"><div class="equation">${oneHot}<span class="sign">·</span>${table}<span class="sign">=</span>${product}</div>${reading}</figure>`;
  return asFigure(node, (next: number) => {
    token = next;
    tokens = around(token, rows.length);
    show();
  });
}

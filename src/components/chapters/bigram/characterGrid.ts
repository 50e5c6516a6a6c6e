import {html} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {tokenName, visibleToken} from "../../views/format.js";
import {type Cell, cellByKey} from "../../views/gridKeys.js";

export interface GridData {
  title: string;
  /** Row-major. */
  characters: readonly string[];
  columns: number;
  /** A cell that another grid points at too. */
  lit: Cell | null;
}

export interface GridOptions {
  /** The cell under the pointer or the keyboard's focus; null when it left. */
  onPoint: (cell: Cell | null) => void;
}

/** Characters in rows and columns. One cell is in the tab order; arrow keys, Home and End move. */
export function characterGrid({title}: Pick<GridData, "title">, {onPoint}: GridOptions): Figure<GridData> {
  const caption = html`<p class="figure-title">${title}</p>`;
  const body = html`<tbody></tbody>`;
  const table = html`<table role="grid" aria-label=${title}>${body}</table>`;
  const node = html`<div class="character-grid">${caption}<div class="scroll">${table}</div></div>`;
  let cells: HTMLElement[][] = [];
  let focus = {row: 0, column: 0};

  function build(rows: number, columns: number): void {
    focus = {row: Math.min(focus.row, rows - 1), column: Math.min(focus.column, columns - 1)};
    cells = Array.from({length: rows}, (_, row) =>
      Array.from({length: columns}, (_, column) => {
        const cell = html`<td role="gridcell" tabindex="-1"></td>` as HTMLElement;
        cell.dataset.row = String(row);
        cell.dataset.column = String(column);
        return cell;
      })
    );
    body.replaceChildren(
      ...cells.map((line, row) => html`<tr role="row"><th scope="row">${row + 1}</th>${line}</tr>`)
    );
    cells[focus.row]![focus.column]!.tabIndex = 0;
  }
  function place(event: Event) {
    const cell = (event.target as Element).closest("td");
    return cell ? {row: Number(cell.dataset.row), column: Number(cell.dataset.column)} : null;
  }
  table.addEventListener("pointerover", (event) => {
    const at = place(event);
    if (at) onPoint(at);
  });
  table.addEventListener("pointerleave", () => onPoint(null));
  table.addEventListener("focusin", (event) => onPoint(place(event)));
  table.addEventListener("focusout", () => onPoint(null));
  table.addEventListener("keydown", (event) => {
    const {key} = event as KeyboardEvent;
    const next = cellByKey(key, focus, {rows: cells.length, columns: cells[0]!.length});
    if (!next) return;
    event.preventDefault();
    cells[focus.row]![focus.column]!.tabIndex = -1;
    focus = next;
    cells[focus.row]![focus.column]!.tabIndex = 0;
    cells[focus.row]![focus.column]!.focus();
  });

  return asFigure(node, ({characters, columns, lit}: GridData) => {
    const rows = characters.length / columns;
    if (cells.length !== rows || cells[0]!.length !== columns) build(rows, columns);
    cells.forEach((line, row) => {
      line.forEach((cell, column) => {
        const character = characters[row * columns + column]!;
        setText(cell, visibleToken(character));
        if (/^\s*$/.test(character)) cell.setAttribute("aria-label", tokenName(character));
        else cell.removeAttribute("aria-label");
        cell.classList.toggle("lit", lit?.row === row && lit.column === column);
        cell.classList.toggle("lit-row", lit?.row === row);
      });
    });
  });
}

import {html} from "htl";
import {type Hue, hue} from "./colors.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatFixed} from "./format.js";
import {type Cell, cellByKey} from "./gridKeys.js";

export interface MatrixData {
  title: string;
  /** Row-major, rows × columns; NaN is shown as masked. */
  values: ArrayLike<number>;
  rows: readonly string[];
  columns: readonly string[];
  /** What the numbers are: every hue means one thing in all figures. */
  hue: Hue;
  /** Where rows are different things: a hue for each, with a scale of its own. */
  rowHues?: readonly Hue[];
  /** The magnitude of the fullest colour; the largest there is when absent. */
  scale?: number;
  decimals?: number;
  /** Small squares without numbers, for matrices that would not fit; the numbers are in titles and in the reading. */
  compact?: boolean;
  /** A row, column or cell that another figure points at. */
  lit?: {row?: number | undefined; column?: number | undefined};
}

export interface MatrixOptions {
  /** The cell under the pointer or the keyboard's focus; null when it left. */
  onPoint?: (cell: Cell | null) => void;
}

/**
 * A matrix as a table of numbers, the deeper the colour the larger the magnitude; negative numbers are hatched, so that
 * sign never depends on colour. One cell is in the tab order; arrow keys, Home and End move.
 */
export function matrixTable(data: MatrixData, {onPoint}: MatrixOptions = {}): Figure<MatrixData> {
  let current = data;
  let focus = {row: 0, column: 0};
  let cells: HTMLTableCellElement[][] = [];
  const caption = html`<p class="figure-title"></p>`;
  const head = html`<thead></thead>`;
  const body = html`<tbody></tbody>`;
  const table = html`<table role="grid">${head}${body}</table>` as HTMLTableElement;
  const node =
    html`<figure class="figure matrix">${caption}<div class="scroll">${table}</div></figure>` as HTMLElement;

  function build(): void {
    const {rows, columns} = current;
    focus = {row: Math.min(focus.row, rows.length - 1), column: Math.min(focus.column, columns.length - 1)};
    const columnHead = html`<th scope="col"><code></code></th>`;
    head.replaceChildren(
      html`<tr><th role="presentation"></th>${columns.map((name) => {
        const th = columnHead.cloneNode(true) as Element;
        th.firstElementChild!.textContent = name;
        return th;
      })}</tr>`
    );
    // Copies of one cell: to read each from a template would be most of a large matrix's making.
    const empty = html`<td role="gridcell" tabindex="-1"></td>` as HTMLTableCellElement;
    cells = rows.map((_, row) =>
      columns.map((_, column) => {
        const cell = empty.cloneNode() as HTMLTableCellElement;
        cell.dataset.row = String(row);
        cell.dataset.column = String(column);
        return cell;
      })
    );
    body.replaceChildren(...rows.map((name, row) => html`<tr>${rowHead(name)}${cells[row]}</tr>`));
  }

  function fill(): void {
    const {values, columns, title, decimals = 2, compact = false, lit, rowHues} = current;
    const whole = current.scale ?? largest(values);
    setText(caption, title);
    table.setAttribute("aria-label", title);
    node.classList.toggle("matrix-compact", compact);
    node.style.setProperty("--hue", hue(current.hue));
    cells.forEach((line, row) => {
      const start = row * columns.length;
      const rowHue = rowHues?.[row];
      // The ink is darker than any hue: half of it leaves numbers legible.
      const depth = (rowHue ?? current.hue) === "ink" && !compact ? 0.5 : 1;
      const scale = rowHue
        ? largest(Array.prototype.slice.call(values, start, start + columns.length))
        : whole;
      line.forEach((cell, column) => {
        const value = values[start + column]!;
        const text = Number.isNaN(value) ? "masked" : formatFixed(value, decimals);
        if (compact) {
          cell.title = text;
          cell.setAttribute("aria-label", text);
        } else setText(cell, Number.isNaN(value) ? "–" : text);
        cell.style.setProperty("--share", (depth * share(value, scale)).toFixed(3));
        if (rowHue) cell.style.setProperty("--hue", hue(rowHue));
        cell.classList.toggle("negative", value < 0);
        cell.classList.toggle("masked", Number.isNaN(value));
        cell.classList.toggle("lit", lit?.row === row || lit?.column === column);
        cell.classList.toggle("lit-row", lit?.row === row);
        cell.classList.toggle("lit-column", lit?.column === column);
      });
    });
    head
      .querySelectorAll("th[scope]")
      .forEach((name, column) => void name.classList.toggle("lit", lit?.column === column));
    body.querySelectorAll("th").forEach((name, row) => void name.classList.toggle("lit", lit?.row === row));
    cells[focus.row]?.[focus.column]?.setAttribute("tabindex", "0");
  }

  function place(target: EventTarget | null): Cell | null {
    const cell = (target as Element | null)?.closest?.("td");
    return cell ? {row: Number(cell.dataset.row), column: Number(cell.dataset.column)} : null;
  }
  function moveTo(next: Cell): void {
    cells[focus.row]?.[focus.column]?.setAttribute("tabindex", "-1");
    focus = next;
    const cell = cells[next.row]?.[next.column];
    cell?.setAttribute("tabindex", "0");
    cell?.focus();
  }
  table.addEventListener("keydown", (event) => {
    const at = place(event.target);
    if (!at) return;
    const {rows, columns} = current;
    const to = cellByKey(event.key, at, {rows: rows.length, columns: columns.length});
    if (!to) return;
    event.preventDefault();
    moveTo(to);
  });
  table.addEventListener("focusin", (event) => onPoint?.(place(event.target)));
  table.addEventListener("pointerover", (event) => {
    const at = place(event.target);
    if (at) onPoint?.(at);
  });
  table.addEventListener("pointerleave", () => onPoint?.(null));

  function update(next: MatrixData): void {
    const reshaped =
      cells.length === 0 ||
      next.rows.join("\n") !== current.rows.join("\n") ||
      next.columns.join("\n") !== current.columns.join("\n");
    current = next;
    if (reshaped) build();
    fill();
  }
  update(data);
  return asFigure(node, update);
}

const share = (value: number, scale: number): number =>
  Number.isFinite(value) && scale > 0 ? Math.min(1, Math.abs(value) / scale) : 0;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++)
    if (Number.isFinite(values[i]!)) most = Math.max(most, Math.abs(values[i]!));
  return most;
}

/** A lone row needs no name, and a header without one would be read as empty. */
function rowHead(name: string): Element {
  return name === "" ? html`<th role="presentation"></th>` : html`<th scope="row"><code>${name}</code></th>`;
}

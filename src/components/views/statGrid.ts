import {html} from "htl";
import {asFigure, type Figure, setText} from "./figure.js";

export interface Stat {
  label: string;
  value: string;
  unit?: string | undefined;
}

/** A few numbers with their names; those that stay are changed in place. */
export function statGrid(stats: readonly Stat[], {label}: {label?: string} = {}): Figure<readonly Stat[]> {
  const node = html`<dl class="stats" aria-label=${label ?? null}></dl>`;
  let cells: ReturnType<typeof statCell>[] = [];
  function update(next: readonly Stat[]): void {
    if (next.length !== cells.length) {
      cells = next.map(statCell);
      node.replaceChildren(...cells.map((cell) => cell.node));
    }
    next.forEach((stat, i) => {
      cells[i]!.update(stat);
    });
  }
  update(stats);
  return asFigure(node, update);
}

function statCell() {
  const [name, value] = [html`<dt></dt>`, document.createTextNode("")];
  const unit = html`<span class="unit"></span>`;
  const number = html`<dd>${value}</dd>`;
  return {
    node: html`<div>${name}${number}</div>`,
    update(stat: Stat): void {
      setText(name, stat.label);
      if (value.data !== stat.value) value.data = stat.value;
      setText(unit, ` ${stat.unit}`);
      if (!stat.unit) unit.remove();
      else if (!unit.parentNode) number.append(unit);
    }
  };
}

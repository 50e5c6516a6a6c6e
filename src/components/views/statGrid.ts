import {html} from "htl";
import {asFigure, type Figure} from "./figure.js";

export interface Stat {
  label: string;
  value: string;
  unit?: string | undefined;
}

/** A few numbers with their names. */
export function statGrid(stats: readonly Stat[], {label}: {label?: string} = {}): Figure<readonly Stat[]> {
  const node = html`<dl class="stats" aria-label=${label ?? null}></dl>`;
  function update(next: readonly Stat[]): void {
    node.replaceChildren(
      ...next.map(
        (stat) =>
          html`<div><dt>${stat.label}</dt><dd>${stat.value}${stat.unit ? html`<span class="unit"> ${stat.unit}</span>` : null}</dd></div>`
      )
    );
  }
  update(stats);
  return asFigure(node, update);
}

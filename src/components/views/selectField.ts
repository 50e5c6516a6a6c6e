import {html} from "htl";
import {uniqueId} from "./figure.js";

export interface SelectField {
  /** The list with its label. */
  node: HTMLElement;
  /** Its `selectedIndex` is the place of the name that is chosen. */
  list: HTMLSelectElement;
}

/** A list of names to choose one from; `chosen` is the place of the first choice. */
export function selectField(label: string, names: readonly (string | number)[], chosen = 0): SelectField {
  const id = uniqueId("select");
  const list = html`<select id=${id}>${names.map(
    (name, i) => html`<option selected=${i === chosen}>${name}</option>`
  )}</select>` as HTMLSelectElement;
  const node = html`<div class="field"><label for=${id}>${label}</label>${list}</div>` as HTMLElement;
  return {node, list};
}

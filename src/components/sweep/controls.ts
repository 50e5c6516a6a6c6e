import {html} from "htl";
import {uniqueId} from "../views/figure.js";

/** A labelled field: a number where `kind` says so. */
export function inputField(
  label: string,
  {
    name,
    value = "",
    placeholder = "",
    kind = "text"
  }: {
    name: string;
    value?: string;
    placeholder?: string;
    kind?: "text" | "number";
  }
): {node: HTMLElement; input: HTMLInputElement} {
  const id = uniqueId(name);
  const input = (
    kind === "number"
      ? html`<input type="number" step="any" inputmode="decimal" id=${id} name=${name} value=${value} placeholder=${placeholder}>`
      : html`<input type="text" autocomplete="off" spellcheck="false" id=${id} name=${name} value=${value} placeholder=${placeholder}>`
  ) as HTMLInputElement;
  return {
    node: html`<div class="field"><label for=${id}>${label}</label>${input}</div>` as HTMLElement,
    input
  };
}

/** The number in a field; `otherwise` where it is empty. */
export const numberIn = ({value}: HTMLInputElement, otherwise: number): number =>
  value.trim() === "" ? otherwise : Number(value);

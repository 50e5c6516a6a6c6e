import {html} from "htl";
import {uniqueId} from "../../views/figure.js";

/** One of a few, as radio buttons in a row. */
export function choice<Value extends string>(
  legend: string,
  values: readonly Value[],
  names: readonly string[],
  first: Value,
  onChoose: (value: Value) => void
): HTMLElement {
  const group = uniqueId("choice");
  const labels = values.map((value, i) => {
    const input = html`<input type="radio" name=${group} value=${value} checked=${value === first}>`;
    input.addEventListener("change", () => onChoose(value));
    return html`<label>${input} ${names[i]}</label>`;
  });
  return html`<fieldset class="choice"><legend>${legend}</legend>${labels}</fieldset>` as HTMLElement;
}

import {html} from "htl";
import {uniqueId} from "../../views/figure.js";

/** Radio buttons in a row, as a node with a `value` that sends `change` events. */
export type ChoiceNode<Value> = HTMLElement & {value: Value; disabled: boolean};

/** A choice between a few values under a name. */
export function choice<Value extends string>(
  name: string,
  options: readonly {value: Value; label: string}[],
  initial: Value
): ChoiceNode<Value> {
  const group = uniqueId("choice");
  const inputs = options.map(
    ({value}) =>
      html`<input type="radio" name=${group} value=${value} checked=${value === initial}>` as HTMLInputElement
  );
  const node = html`<fieldset class="switch"><legend>${name}</legend>
    ${options.map(({label}, i) => html`<label>${inputs[i]} ${label}</label>`)}
  </fieldset>` as HTMLFieldSetElement;
  return Object.defineProperty(node, "value", {
    get: () => inputs.find((input) => input.checked)!.value as Value,
    set: (next: Value) => {
      for (const input of inputs) input.checked = input.value === next;
    }
  }) as unknown as ChoiceNode<Value>;
}

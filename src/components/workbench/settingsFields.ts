import {html} from "htl";
import {uniqueId} from "../views/figure.js";
import {type Field, groups, options} from "./fields.js";

type Control = HTMLInputElement | HTMLSelectElement;

/** The controls of every setting under their headings. Each has its field's name. */
export interface SettingsFields {
  node: HTMLElement;
  /** What the control shows, as text; a switch, as a boolean. */
  get(name: Field["name"]): string | boolean;
  /** The same, a number where the field is one; NaN where it is empty. */
  value(name: Field["name"]): string | number | boolean;
  number(name: Field["name"]): number;
  /** Fills a control in; a name that has none is passed over. */
  set(name: string, value: string | number | boolean): void;
  /** Hides every other field, and the headings of those that have none left. */
  showOnly(isShown: (name: Field["name"]) => boolean): void;
}

export function settingsFields(): SettingsFields {
  const controls = new Map<string, {field: Field; control: Control; row: HTMLElement}>();
  const fieldsets = groups.map(({title, fields, isFolded}) => {
    const rows = fields.map((field) => {
      const control = controlOf(field);
      const row = rowOf(field, control);
      controls.set(field.name, {field, control, row});
      return row;
    });
    const grid = html`<div class="settings-grid">${rows}</div>`;
    return (
      isFolded
        ? html`<fieldset class="settings-group"><legend class="visually-hidden">${title}</legend>
          <details><summary>${title}</summary>${grid}</details></fieldset>`
        : html`<fieldset class="settings-group"><legend>${title}</legend>${grid}</fieldset>`
    ) as HTMLElement;
  });

  function get(name: Field["name"]): string | boolean {
    const {control} = controls.get(name)!;
    return control instanceof HTMLInputElement && control.type === "checkbox"
      ? control.checked
      : control.value;
  }
  function number(name: Field["name"]): number {
    const text = String(get(name)).trim();
    return text === "" ? Number.NaN : Number(text);
  }

  return {
    node: html`<div>${fieldsets}</div>` as HTMLElement,
    get,
    number,
    value: (name) => (controls.get(name)!.field.kind === "number" ? number(name) : get(name)),
    set(name, value) {
      const control = controls.get(name)?.control;
      if (!control) return;
      if (typeof value === "boolean") (control as HTMLInputElement).checked = value;
      else control.value = Number.isNaN(value) ? "" : String(value);
    },
    showOnly(isShown) {
      for (const {field, row} of controls.values()) row.hidden = !isShown(field.name);
      for (const fieldset of fieldsets)
        fieldset.hidden = fieldset.querySelectorAll(".field:not([hidden])").length === 0;
    }
  };
}

function controlOf({name, kind}: Field): Control {
  const id = uniqueId(name);
  if (kind === "switch") return html`<input type="checkbox" id=${id} name=${name}>` as HTMLInputElement;
  if (kind === "choice")
    return html`<select id=${id} name=${name}>${options[name]!.map(
      ({value, label}) => html`<option value=${value}>${label}`
    )}</select>` as HTMLSelectElement;
  return html`<input type="number" id=${id} name=${name} step="any" inputmode="decimal">` as HTMLInputElement;
}

function rowOf({label, about, kind}: Field, control: Control): HTMLElement {
  const id = uniqueId("about");
  control.setAttribute("aria-describedby", id);
  const name = html`<label for=${control.id}>${label}</label>`;
  return html`<div class=${`field field-${kind}`}>
    ${kind === "switch" ? [control, name] : [name, control]}
    <p class="field-about" id=${id}>${about}</p>
  </div>` as HTMLElement;
}

import {html} from "htl";
import {reasonFor} from "../training/defaultReasons.js";
import {type PresetName, presets} from "../training/presets.js";
import {plainTable, type TableData} from "../views/plainTable.js";
import {type Field, options} from "./fields.js";

type Value = string | number | boolean;

/** A preset, and the settings that the form shows with what stands in them. */
export interface PresetUse {
  preset: PresetName;
  fields: readonly {field: Field; value: Value}[];
}

/**
 * Every setting of a preset with its value, the reader's where that is another, and the reason for the preset's; made
 * when it is unfolded. `use` says what the form holds at that moment, `update` that it has changed.
 */
export function presetTable(use: () => PresetUse): HTMLElement & {update(): void} {
  const place = html`<div></div>`;
  const node = html`<details class="preset-table"><summary>Why these values</summary>${place}</details>`;
  const details = node as HTMLDetailsElement;
  let table: ReturnType<typeof plainTable> | null = null;
  function update(): void {
    if (!details.open) return;
    const data = tableOf(use());
    if (table) {
      table.update(data);
      return;
    }
    table = plainTable(data);
    table.tabIndex = 0;
    table.setAttribute("role", "region");
    table.setAttribute("aria-label", "Table of the preset’s values");
    place.replaceChildren(table);
  }
  details.addEventListener("toggle", update);
  return Object.assign(details, {update});
}

function tableOf({preset, fields}: PresetUse): TableData {
  const {model, train} = presets[preset];
  const values: Record<string, Value> = {...model, ...train};
  return {
    caption: `The preset “${preset}”`,
    columns: ["Setting", preset, "Yours", "Why the preset’s"],
    texts: [1, 2, 3],
    rows: fields.map(({field, value}) => {
      const {name, label} = field;
      const own = value === values[name] ? "" : inWords(name, value);
      return [label, inWords(name, values[name]!), own, reasonFor(preset, name)];
    })
  };
}

/** A value as the form's own controls call it. */
function inWords(name: Field["name"], value: Value): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Number.isNaN(value)) return "none";
  return options[name]?.find((option) => option.value === value)?.label ?? String(value);
}

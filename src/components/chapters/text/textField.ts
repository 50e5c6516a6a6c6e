import {html} from "htl";
import {setText, uniqueId} from "../../views/figure.js";
import {formatCount} from "../../views/format.js";

export interface TextFieldOptions {
  label: string;
  value: string;
  rows: number;
  /** In UTF-16 code units, as browsers count. */
  maxLength: number;
  onText: (text: string) => void;
}

/** A box for a reader's few words; longer pastes are cut by the browser, and it says so. */
export type TextField = HTMLElement & {value: string};

export function textField({label, value, rows, maxLength, onText}: TextFieldOptions): TextField {
  const [id, hintId] = [uniqueId("text"), uniqueId("hint")];
  const area =
    html`<textarea id=${id} rows=${rows} maxlength=${maxLength} spellcheck="false" autocomplete="off"
    aria-describedby=${hintId}></textarea>` as HTMLTextAreaElement;
  const hint = html`<p class="field-hint" id=${hintId} role="status"></p>`;
  const node = html`<div class="text-field"><label for=${id}>${label}</label>${area}${hint}</div>`;
  area.value = value;
  area.addEventListener("input", () => {
    setText(
      hint,
      area.value.length >= maxLength
        ? `This is as much as fits here: ${formatCount(maxLength)} characters.`
        : ""
    );
    onText(area.value);
  });
  return Object.defineProperty(node, "value", {
    get: () => area.value,
    set: (text: string) => {
      area.value = text;
      setText(hint, "");
    }
  }) as TextField;
}

import {html} from "htl";
import {characterLength} from "../../text/characterLength.js";
import {uniqueId} from "../../views/figure.js";
import {formatCount} from "../../views/format.js";
import {say} from "./panel.js";

export interface TextBoxOptions {
  label: string;
  rows: number;
  /** The longest text taken, in characters (code points). */
  limit: number;
  /** Calls back this long after the last key, in milliseconds. */
  rest?: number;
  onText: (text: string) => void;
}

/** A box to write or paste a text in. `show` gives it a text from elsewhere and sentences on what it holds. */
export type TextBox = HTMLElement & {
  show(text: string, remarks: readonly (string | null | undefined)[], problem: string | null): void;
};

export function textBox({label, rows, limit, rest = 0, onText}: TextBoxOptions): TextBox {
  const [id, remarkId, problemId] = [uniqueId("text"), uniqueId("remark"), uniqueId("problem")];
  const area = html`<textarea id=${id} rows=${rows} spellcheck="false" autocomplete="off"
    aria-describedby=${`${remarkId} ${problemId}`}></textarea>` as HTMLTextAreaElement;
  const remark = html`<p class="box-remark" id=${remarkId} role="status" hidden></p>` as HTMLElement;
  const complaint = html`<p class="box-problem" id=${problemId} role="alert" hidden></p>` as HTMLElement;
  const node = html`<div class="text-box"><label for=${id}>${label}</label>${area}${remark}${complaint}</div>`;
  let tooLong: string | null = null;
  let problem: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function complain(): void {
    say(complaint, [tooLong ?? problem]);
    area.setAttribute("aria-invalid", String((tooLong ?? problem) !== null));
  }
  const excess = (length: number) =>
    `That text has ${formatCount(length)} characters; at most ${formatCount(limit)} fit here. Shorten it; the text from before stays in use.`;

  // A huge paste is refused before the text area lays it out, which would stall the page.
  area.addEventListener("paste", (event) => {
    const length = characterLength(event.clipboardData?.getData("text/plain") ?? "");
    if (length <= limit) return;
    event.preventDefault();
    tooLong = excess(length);
    complain();
  });
  area.addEventListener("input", () => {
    clearTimeout(timer);
    const text = area.value;
    const length = characterLength(text);
    tooLong = length > limit ? excess(length) : null;
    complain();
    if (tooLong) return;
    if (rest > 0) timer = setTimeout(() => onText(text), rest);
    else onText(text);
  });

  const show: TextBox["show"] = (text, remarks, nextProblem) => {
    // What the reader is writing is never replaced under their hands.
    if (document.activeElement !== area && !tooLong && area.value !== text) area.value = text;
    problem = nextProblem;
    say(remark, remarks);
    complain();
  };
  return Object.assign(node as HTMLElement, {show});
}

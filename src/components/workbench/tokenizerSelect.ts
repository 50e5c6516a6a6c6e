import {html} from "htl";
import type {Tokenizer, TokenizerFile, TokenUnit} from "../text/tokenizer.js";
import {checkTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {setText, uniqueId} from "../views/figure.js";
import {kindOf, tokenizers, vocabularySize} from "./tokenizerWords.js";

type Kind = Tokenizer["kind"];

/** Sizes to begin with: enough to see whole words, few enough for a small model. */
const SIZES = {"byte-pair": 512, "word-piece": 1000} as const;

export type TokenizerSelect = HTMLElement & {
  /** Throws RangeError for an impossible size. */
  readonly value: TokenizerChoice;
  readonly unit: TokenUnit;
  /** Shows a choice as if the reader had made it. */
  take(choice: TokenizerChoice): void;
};

/** Which tokenizer a text is cut with; begins with the site's own. */
export function tokenizerSelect(own: TokenizerFile): TokenizerSelect {
  const [kindId, sizeId] = [uniqueId("tokenizer"), uniqueId("vocabulary")];
  const sizes: Record<Exclude<Kind, "character">, number> = {...SIZES};
  const ownKind = kindOf(own);
  if (ownKind !== "character") sizes[ownKind] = vocabularySize(own);
  const select = html`<select id=${kindId}>${Object.entries(tokenizers).map(
    ([kind, {name}]) => html`<option value=${kind}>${name}`
  )}</select>` as HTMLSelectElement;
  const size =
    html`<input type="number" id=${sizeId} name="vocabularySize" step="1" inputmode="numeric">` as HTMLInputElement;
  const sizeField =
    html`<div class="field"><label for=${sizeId}>Vocabulary size (vocabularySize)</label>${size}</div>` as HTMLElement;
  const about = html`<p class="figure-note"></p>`;
  const problem = html`<p class="drop-problem" aria-live="polite"></p>`;
  const kind = () => select.value as Kind;

  function value(): TokenizerChoice {
    const chosen = kind();
    if (chosen === "character") return {kind: chosen};
    const text = size.value.trim();
    const choice = {kind: chosen, vocabularySize: text === "" ? Number.NaN : Number(text)};
    checkTokenizerChoice(choice);
    return choice;
  }
  function fill(): void {
    const chosen = kind();
    sizeField.hidden = chosen === "character";
    if (chosen !== "character") size.value = String(sizes[chosen]);
    setText(about, tokenizers[chosen].about);
    check();
  }
  function check(): void {
    try {
      value();
      setText(problem, "");
    } catch (error) {
      setText(problem, (error as Error).message);
    }
  }

  function take(choice: TokenizerChoice): void {
    select.value = choice.kind;
    fill();
    if (choice.kind === "character") return;
    size.value = String(choice.vocabularySize);
    check();
  }

  const node = html`<div class="tokenizer-choice">
    <div class="settings-grid"><div class="field"><label for=${kindId}>Cut into</label>${select}</div>${sizeField}</div>
    ${about}${problem}
  </div>` as HTMLElement;
  select.value = ownKind;
  select.addEventListener("change", fill);
  size.addEventListener("input", check);
  fill();
  return Object.defineProperties(node, {
    value: {get: value},
    unit: {get: (): TokenUnit => (kind() === "character" ? "character" : "token")},
    take: {value: take}
  }) as TokenizerSelect;
}

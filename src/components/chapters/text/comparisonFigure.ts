import {html} from "htl";
import {unknownUnits} from "../../corpus/unknownUnits.js";
import {characterLength} from "../../text/characterLength.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import {button} from "../../views/buttons.js";
import {setText} from "../../views/figure.js";
import {formatCount, formatFixed, formatPlural} from "../../views/format.js";
import {tokenStrip} from "../../views/tokenStrip.js";
import {unknownSentence} from "../../views/unknownSentence.js";
import {mergeSlider} from "./mergeSlider.js";
import type {TextState, TextStore} from "./state.js";
import {textField} from "./textField.js";
import {KIND_NAMES, KINDS, overlapping, type Span, tokenSpans} from "./tokenizers.js";

const LONGEST = 300;

export type ComparisonFigure = HTMLElement & {show(text: string): void};

/** The same text cut by three tokenizers, one under the other; a token pointed at lights up where it is in each. */
export function comparisonFigure(store: TextStore, first: string): ComparisonFigure {
  let text = first;
  const rows = KINDS.map((kind) => {
    const row = stripRow(KIND_NAMES[kind], (span) => {
      for (const other of rows) other.light(span);
    });
    return {...row, kind};
  });
  const field = textField({
    label: "The same text for all",
    value: text,
    rows: 2,
    maxLength: LONGEST,
    onText: set
  });
  const reset = button("Reset", () => {
    store.reset();
    node.show(first);
  });
  const note = html`<p class="figure-note">Byte pairs and word pieces have vocabularies of one size, which the slider sets. Point at a
    token, or walk with the arrow keys: the same part of the text lights up in every row.</p>`;
  const figure = html`<figure class="figure comparison-figure" aria-label="Three tokenizers on the same text">
    ${field}<div class="merge-controls">${mergeSlider(store)}<div class="button-row">${reset}</div></div>${rows.map((row) => row.node)}${note}</figure>` as HTMLElement;

  function set(next: string): void {
    text = next;
    update(store.state);
  }
  function update(state: TextState): void {
    const tokenizers = state.tokenizers();
    for (const row of rows) row.update(text, tokenizers[row.kind]);
  }
  store.listenPatiently(update);
  const node: ComparisonFigure = Object.assign(figure, {
    show(next: string): void {
      field.value = next;
      set(next);
    }
  });
  return node;
}

function stripRow(name: string, onPoint: (span: Span | null) => void) {
  const count = html`<span class="strip-count"></span>`;
  const remark = html`<p class="strip-remark"></p>`;
  let spans: Span[] = [];
  let shown: {tokens: string[]; ids: ArrayLike<number>} = {tokens: [], ids: []};
  const strip = tokenStrip(shown, {
    label: `${name}: the text as tokens`,
    onHover: (index) => onPoint(index === null ? null : (spans[index] ?? null))
  });
  const node = html`<div class="strip-row"><p class="figure-title">${name} ${count}</p>${strip}${remark}</div>`;
  return {
    node,
    update(text: string, tokenizer: Tokenizer): void {
      const {ids, unknown} = tokenizer.encode(text);
      shown = {tokens: Array.from(ids, (id) => tokenizer.vocabulary[id]!), ids};
      spans = tokenSpans(text, tokenizer);
      strip.update(shown);
      const perToken =
        ids.length > 0 ? `, ${formatFixed(characterLength(text) / ids.length, 2)} characters a token` : "";
      setText(
        count,
        `${formatPlural(ids.length, "token")}${perToken}; vocabulary of ${formatCount(tokenizer.vocabulary.length)}`
      );
      setText(
        remark,
        unknownSentence(
          "This vocabulary",
          unknownUnits([unknown]),
          tokenizer.kind === "word-piece" ? "word" : "character"
        ) ?? ""
      );
    },
    light(span: Span | null): void {
      strip.update({...shown, lit: overlapping(spans, span)});
    }
  };
}

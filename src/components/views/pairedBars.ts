import {html} from "htl";
import {asFigure, type Figure} from "./figure.js";
import {formatPercent, tokenName, visibleToken} from "./format.js";

export interface PairedRow {
  /** A token; what stands for several is in `others`. */
  token: string;
  /** Its probability in each distribution. */
  values: readonly number[];
  /** Said of it, as of the token that came. */
  note?: string | undefined;
}

export interface PairedBarsData {
  caption: string;
  /** What each distribution is called. */
  columns: readonly string[];
  rows: readonly PairedRow[];
  /** What all other tokens have together, where it is to be shown. */
  others?: readonly number[] | undefined;
}

/** The bars' looks, in the order of the distributions: see `.bar-…` in the style sheets. */
const KINDS = ["bar-kept", "bar-second"];

/** One or two distributions over the same tokens, side by side, as a table of bars. */
export function pairedBars(
  data: PairedBarsData,
  {kinds = KINDS}: {kinds?: readonly string[]} = {}
): Figure<PairedBarsData> {
  const caption = html`<caption></caption>`;
  const columns = html`<colgroup></colgroup>`;
  const head = html`<tr></tr>`;
  const body = html`<tbody></tbody>`;
  const node = html`<table class="paired-bars">${caption}${columns}<thead>${head}</thead>${body}</table>`;
  function update({caption: text, columns: names, rows, others}: PairedBarsData): void {
    caption.textContent = text;
    columns.replaceChildren(
      html`<col class="paired-bars-token">`,
      ...names.flatMap(() => [html`<col>`, html`<col class="paired-bars-number">`])
    );
    head.replaceChildren(
      html`<th scope="col">Next</th>`,
      ...names.map((name) => html`<th scope="col" colspan="2">${name}</th>`)
    );
    const cells = (values: readonly number[]) =>
      values.flatMap((p, i) => [bar(p, kinds[i]!), html`<td class="number">${formatPercent(p)}</td>`]);
    body.replaceChildren(
      ...rows.map(
        ({token, values, note}) =>
          html`<tr class=${note ? "paired-bars-noted" : ""}><th scope="row" aria-label=${`${tokenName(token)}${note ? `, ${note}` : ""}`}><code>${visibleToken(token)}</code></th>${cells(values)}</tr>`
      ),
      ...(others ? [html`<tr><th scope="row">others</th>${cells(others)}</tr>`] : [])
    );
  }
  update(data);
  return asFigure(node, update);
}

const bar = (p: number, kind: string) =>
  html`<td class="bar-cell"><div class="bar-track"><div class=${`bar ${kind}`} style=${`width: ${(100 * p).toFixed(2)}%`}></div></div></td>`;

import {html} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatPercent, tokenName, visibleToken} from "../../views/format.js";

export interface PairedBarsData {
  vocabulary: readonly string[];
  /** What is expected after the line as written, and after it reordered. */
  before: readonly number[];
  after: readonly number[];
}

/** Rows shown: the most probable of either. */
const ROWS = 6;

/** Two distributions over the same tokens, side by side, as a table of bars. */
export function pairedBars(data: PairedBarsData): Figure<PairedBarsData> {
  const body = html`<tbody></tbody>`;
  const node = html`<table class="order-bars"><caption>What the model expects after the last token</caption>
    <colgroup><col class="order-bars-next"><col><col class="order-bars-number"><col><col class="order-bars-number"></colgroup>
    <thead><tr><th scope="col">Next</th><th scope="col" colspan="2">as written</th>
      <th scope="col" colspan="2">reordered</th></tr></thead>${body}</table>`;
  function update({vocabulary, before, after}: PairedBarsData): void {
    const ranked = Array.from(before, (_, id) => id).sort(
      (a, b) => Math.max(before[b]!, after[b]!) - Math.max(before[a]!, after[a]!)
    );
    body.replaceChildren(
      ...ranked.slice(0, ROWS).map(
        (
          id
        ) => html`<tr><th scope="row" aria-label=${tokenName(vocabulary[id]!)}><code>${visibleToken(vocabulary[id]!)}</code></th>
          ${bar(before[id]!, "bar-kept")}<td class="number">${formatPercent(before[id]!)}</td>
          ${bar(after[id]!, "order-bar-after")}<td class="number">${formatPercent(after[id]!)}</td></tr>`
      )
    );
  }
  update(data);
  return asFigure(node, update);
}

const bar = (p: number, kind: string) =>
  html`<td class="bar-cell"><div class="bar-track"><div class=${`bar ${kind}`} style=${`width: ${(100 * p).toFixed(2)}%`}></div></div></td>`;

import {html} from "htl";
import type {Distribution} from "../generation/distribution.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatCount, formatFixed, formatPercent, visibleToken} from "./format.js";
import {vocabularyStrip} from "./vocabularyStrip.js";

/** The exact distribution of the next token, and the token that was drawn from it, if one was. */
export interface DistributionData extends Distribution {
  chosen?: number | null | undefined;
}

export interface DistributionOptions {
  /** The text of every token; V = vocabulary.length. */
  vocabulary: readonly string[];
  /** Rows of the list above the whole vocabulary. */
  rows?: number;
}

/** The most rows that the table of the whole vocabulary writes out. */
const TABLE_LIMIT = 512;

/** The next token's distribution: numbers, the likeliest tokens as bars, and the whole vocabulary below. */
export function distributionBars(
  data: DistributionData,
  options: DistributionOptions
): Figure<DistributionData> {
  const {vocabulary, rows = 10} = options;
  let current = data;
  const kept = html`<dd></dd>`;
  const removed = html`<dd></dd>`;
  const entropy = html`<dd></dd>`;
  const axis = html`<span class="bars-axis"></span>`;
  const body = html`<tbody></tbody>`;
  const strip = vocabularyStrip(data, vocabulary);
  const tableBody = html`<tbody></tbody>`;
  const tableNote = html`<p class="figure-note"></p>`;
  const details =
    html`<details class="figure-table"><summary>All ${formatCount(vocabulary.length)} tokens as a table</summary>
    <div class="scroll"><table><thead><tr><th scope="col">Rank</th><th scope="col">Token</th>
      <th scope="col">Before the cut</th><th scope="col">Probability</th></tr></thead>${tableBody}</table></div>
    ${tableNote}</details>` as HTMLDetailsElement;
  const node = html`<figure class="figure distribution">
    <dl class="stats">
      <div><dt>Kept</dt>${kept}</div>
      <div><dt>Mass cut away</dt>${removed}</div>
      <div><dt>Entropy</dt>${entropy}</div>
    </dl>
    <table class="bars">
      <caption>Likeliest next tokens</caption>
      <thead><tr><th scope="col">Token</th><th scope="col" aria-label="Bar">${axis}</th>
        <th scope="col">Probability</th><th scope="col">Uncut</th></tr></thead>
      ${body}
    </table>
    <p class="legend"><span class="bar-key bar-kept"></span>kept <span class="bar-key bar-gain"></span>gained from
      what was cut <span class="bar-key bar-cut"></span>cut</p>
    ${strip}${details}
  </figure>`;
  const bars = Array.from({length: Math.min(rows, vocabulary.length)}, barRow);
  body.append(...bars.map((bar) => bar.node));

  function fillTable(): void {
    const {ids, tempered, probabilities, kept: last} = current;
    const shown = Math.min(TABLE_LIMIT, ids.length);
    const cells = Array.from({length: shown}, (_, i) => {
      const id = ids[i]!;
      const token = visibleToken(vocabulary[id] ?? "");
      return html`<tr><td>${i + 1}</td><td><code>${token}</code></td><td>${formatPercent(tempered[id]!)}</td>
        <td>${i < last ? formatPercent(probabilities[id]!) : "cut"}</td></tr>`;
    });
    tableBody.replaceChildren(...cells);
    let rest = 0;
    for (let i = shown; i < ids.length; i++) rest += tempered[ids[i]!]!;
    setText(
      tableNote,
      shown === ids.length
        ? ""
        : `The other ${formatCount(ids.length - shown)} tokens hold ${formatPercent(rest)} together, before the cut.`
    );
  }
  details.addEventListener("toggle", () => details.open && fillTable());

  function update(next: DistributionData): void {
    current = next;
    setText(kept, `${formatCount(next.kept)} of ${formatCount(next.ids.length)} tokens`);
    setText(removed, formatPercent(next.removedMass));
    const bits = next.entropy.after / Math.LN2;
    setText(entropy, `${formatFixed(bits, 2)} bits ≈ ${formatFixed(2 ** bits, 1)} equal choices`);
    const best = next.ids[0];
    const scale = axisEnd(best === undefined ? 0 : Math.max(next.tempered[best]!, next.probabilities[best]!));
    setText(axis, `0 to ${scale * 100}%`);
    bars.forEach((bar, i) => {
      const id = next.ids[i];
      bar.node.hidden = id === undefined;
      if (id === undefined) return;
      bar.update({
        token: vocabulary[id] ?? "",
        tempered: next.tempered[id]!,
        final: next.probabilities[id]!,
        kept: i < next.kept,
        chosen: id === next.chosen,
        scale
      });
    });
    strip.update(next);
    if (details.open) fillTable();
  }
  update(data);
  return asFigure(node, update);
}

/** The axis ends at the first of a few round shares that holds the longest bar, so that it seldom jumps. */
function axisEnd(largest: number): number {
  return [0.05, 0.1, 0.25, 0.5].find((end) => largest <= end) ?? 1;
}

interface Bar {
  token: string;
  tempered: number;
  final: number;
  kept: boolean;
  chosen: boolean;
  scale: number;
}

function barRow() {
  const token = html`<code></code>`;
  const drawn = html`<span class="bar-drawn"></span>`;
  const main = html`<span class="bar"></span>` as HTMLElement;
  const gain = html`<span class="bar bar-gain"></span>` as HTMLElement;
  const final = html`<td class="number"></td>`;
  const tempered = html`<td class="number number-soft"></td>`;
  const node = html`<tr><th scope="row">${token}${drawn}</th>
    <td class="bar-cell" aria-hidden="true"><span class="bar-track">${main}${gain}</span></td>${final}${tempered}</tr>` as HTMLElement;
  const percent = (x: number) => `${(100 * Math.max(0, Math.min(1, x))).toFixed(2)}%`;
  return {
    node,
    update(bar: Bar): void {
      setText(token, visibleToken(bar.token));
      setText(drawn, bar.chosen ? " drawn" : "");
      main.className = bar.kept ? "bar bar-kept" : "bar bar-cut";
      main.style.width = percent(Math.min(bar.tempered, bar.kept ? bar.final : 1) / bar.scale);
      gain.style.width = percent(bar.kept ? (bar.final - bar.tempered) / bar.scale : 0);
      setText(final, bar.kept ? formatPercent(bar.final) : "cut");
      setText(tempered, formatPercent(bar.tempered));
      node.classList.toggle("row-cut", !bar.kept);
    }
  };
}

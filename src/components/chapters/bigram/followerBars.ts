import {html} from "htl";
import type {Distribution} from "../../generation/distribution.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, formatPercent, tokenName, visibleToken} from "../../views/format.js";

export interface FollowerData {
  row: Distribution;
  /** [V]: how often each token followed. */
  counts: ArrayLike<number>;
  /** The token that came. */
  chosen: number | null;
}

export interface FollowerOptions {
  vocabulary: readonly string[];
  /** A follower chosen by the reader instead of drawn. */
  onChoose: (id: number) => void;
}

const ROWS = 8;

/** The likeliest followers of a token with their counts; each can be chosen by hand. */
export function followerBars({vocabulary, onChoose}: FollowerOptions): Figure<FollowerData> {
  const rows = Array.from({length: Math.min(ROWS, vocabulary.length)}, () => {
    const button = html`<button type="button" class="follower"></button>` as HTMLButtonElement;
    const bar = html`<span class="bar bar-kept"></span>` as HTMLElement;
    const count = html`<td class="number"></td>`;
    const share = html`<td class="number"></td>`;
    const node = html`<tr><th scope="row">${button}</th>
      <td class="bar-cell" aria-hidden="true"><span class="bar-track">${bar}</span></td>${count}${share}</tr>` as HTMLElement;
    return {node, button, bar, count, share};
  });
  const rest = html`<p class="figure-note followers-rest"></p>`;
  const node = html`<div class="followers"><table class="bars">
    <caption>What followed it most often; press one to write it yourself</caption>
    <thead><tr><th scope="col">Next</th><th scope="col"><span class="visually-hidden">Bar</span></th>
      <th scope="col">Times</th><th scope="col">Share</th></tr></thead>
    <tbody>${rows.map((row) => row.node)}</tbody></table>${rest}</div>`;
  let shown: number[] = [];
  rows.forEach(({button}, i) => void button.addEventListener("click", () => onChoose(shown[i]!)));

  return asFigure(node, ({row, counts, chosen}: FollowerData) => {
    shown = [...row.ids.subarray(0, rows.length)];
    let held = 0;
    shown.forEach((id, i) => {
      const {node, button, bar, count, share} = rows[i]!;
      const p = counts[id]! > 0 ? row.probabilities[id]! : 0;
      held += p;
      setText(button, visibleToken(vocabulary[id]!));
      button.setAttribute("aria-label", `Write ${tokenName(vocabulary[id]!)}`);
      button.disabled = p === 0;
      bar.style.width = `${(100 * p).toFixed(2)}%`;
      setText(count, formatCount(counts[id]!));
      setText(share, formatPercent(p));
      node.classList.toggle("follower-came", id === chosen);
    });
    const others = Math.max(0, row.kept - shown.length);
    setText(
      rest,
      others === 0 ? "" : `${formatCount(others)} more kinds hold the other ${formatPercent(1 - held)}.`
    );
  });
}

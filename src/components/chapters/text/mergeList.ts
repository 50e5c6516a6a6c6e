import {html} from "htl";
import type {BytePairMerge} from "../../text/trainBytePairs.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatCount, visibleToken} from "../../views/format.js";

export interface MergeListData {
  merges: readonly BytePairMerge[];
  /** The text of every token. */
  vocabulary: readonly string[];
  /** How many merges have been learned: the last of them is marked. */
  learned: number;
}

/** Merges shown before and after the last one learned. */
const AROUND = 4;

/**
 * The last merge learned among its neighbours, each a button that goes to it; those still to come are faint. The whole
 * list is in a table below, filled when it is opened.
 */
export function mergeList(data: MergeListData, onChoose: (learned: number) => void): Figure<MergeListData> {
  let current = data;
  const rows = Array.from({length: 2 * AROUND + 1}, () => mergeRow((learned) => onChoose(learned)));
  const body = html`<tbody></tbody>`;
  const summary = html`<summary></summary>`;
  const details = html`<details class="figure-table">${summary}<div class="scroll" tabindex="0" role="region"
    aria-label="All merges"><table><thead><tr><th scope="col">Merge</th><th scope="col">Makes</th><th scope="col">Id</th>
    <th scope="col">Times seen</th><th scope="col">Tokens left</th></tr></thead>${body}</table></div></details>` as HTMLDetailsElement;
  const node = html`<div class="merge-list"><p class="figure-title" aria-hidden="true">The merges, in order</p>
    <ol aria-label="Merges around the last one learned">${rows.map((row) => row.node)}</ol>${details}</div>`;
  let filled: readonly BytePairMerge[] | null = null;

  function fill(): void {
    const {merges, vocabulary} = current;
    if (!details.open || filled === merges) return;
    filled = merges;
    const name = (id: number) => visibleToken(vocabulary[id] ?? "");
    body.replaceChildren(
      ...merges.map(
        ({left, right, count, length}, i) => html`<tr><td>${formatCount(i + 1)}</td>
          <td><code>${name(left)}</code> + <code>${name(right)}</code> → <code>${name(256 + i)}</code></td>
          <td>${256 + i}</td><td>${formatCount(count)}</td><td>${formatCount(length)}</td></tr>`
      )
    );
  }
  details.addEventListener("toggle", fill);

  function update(next: MergeListData): void {
    current = next;
    const {merges, learned} = next;
    const first = Math.max(0, Math.min(learned - 1 - AROUND, merges.length - rows.length));
    rows.forEach((row, i) => {
      row.update(next, first + i);
    });
    setText(summary, `All ${formatCount(merges.length)} merges as a table`);
    fill();
  }
  update(data);
  return asFigure(node, update);
}

function mergeRow(onChoose: (learned: number) => void) {
  const number = html`<span class="merge-number"></span>`;
  const [left, right, made] = [html`<code></code>`, html`<code></code>`, html`<code></code>`];
  const pair = html`<span class="merge-pair">${left} + ${right} → ${made}</span>`;
  const count = html`<span class="merge-count"></span>`;
  const button = html`<button type="button">${number}${pair}${count}</button>`;
  const node = html`<li>${button}</li>` as HTMLElement;
  let index = 0;
  button.addEventListener("click", () => onChoose(index + 1));
  return {
    node,
    update({merges, vocabulary, learned}: MergeListData, at: number): void {
      const merge = merges[at];
      index = at;
      node.hidden = merge === undefined;
      if (!merge) return;
      const name = (id: number) => visibleToken(vocabulary[id] ?? "");
      setText(number, `${at + 1}`);
      setText(left, name(merge.left));
      setText(right, name(merge.right));
      setText(made, name(256 + at));
      setText(count, `${formatCount(merge.count)} times`);
      button.classList.toggle("merge-to-come", at >= learned);
      if (at === learned - 1) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  };
}

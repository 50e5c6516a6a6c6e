import {html} from "htl";
import {paintWhenSized} from "./canvas.js";
import type {DistributionData} from "./distributionBars.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatCount, formatPercent, tokenName} from "./format.js";
import {paintColumns} from "./vocabularyColumns.js";

/** The whole vocabulary by rank; the cut part is hatched. A slider for the keyboard: arrows walk the ranks. */
export function vocabularyStrip(
  data: DistributionData,
  vocabulary: readonly string[]
): Figure<DistributionData> {
  let current = data;
  let rank = 0;
  let hovered: number | null = null;
  let layout = {start: 0, width: 1};
  const canvas =
    html`<canvas tabindex="0" role="slider" aria-label="Rank in the vocabulary" aria-valuemin="1"></canvas>` as HTMLCanvasElement;
  const frame = html`<div class="vocabulary-frame">${canvas}</div>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const node = html`<div class="vocabulary-strip">
    <p class="figure-title">The whole vocabulary by rank, on a logarithmic scale</p>${frame}${reading}</div>`;

  const at = () => Math.min(hovered ?? rank, current.ids.length - 1);
  const repaint = paintWhenSized(frame, canvas, (surface) => {
    layout = paintColumns(surface, canvas, current, vocabulary, at());
  });

  function describe(): void {
    const {ids, tempered, probabilities, kept} = current;
    const id = ids[at()] ?? -1;
    const token = vocabulary[id];
    const chance =
      at() < kept ? formatPercent(probabilities[id]!) : `cut, was ${formatPercent(tempered[id] ?? 0)}`;
    const text = token === undefined ? "No tokens." : `${tokenName(token)}: ${chance}`;
    canvas.setAttribute("aria-valuemax", String(Math.max(1, ids.length)));
    canvas.setAttribute("aria-valuenow", String(Math.min(rank, ids.length - 1) + 1));
    canvas.setAttribute("aria-valuetext", `rank ${rank + 1}, ${text}`);
    setText(reading, `Rank ${formatCount(at() + 1)} of ${formatCount(ids.length)}, ${text}`);
  }
  function show(): void {
    repaint();
    describe();
  }
  canvas.addEventListener("pointermove", (event) => {
    const x = event.clientX - canvas.getBoundingClientRect().left - layout.start;
    const next = Math.floor((x / layout.width) * current.ids.length);
    hovered = next >= 0 && next < current.ids.length ? next : null;
    show();
  });
  canvas.addEventListener("pointerleave", () => {
    hovered = null;
    show();
  });
  canvas.addEventListener("click", () => {
    rank = at();
    show();
  });
  canvas.addEventListener("keydown", (event) => {
    const last = current.ids.length - 1;
    const to: Record<string, number> = {
      ArrowLeft: rank - 1,
      ArrowDown: rank - 1,
      ArrowRight: rank + 1,
      ArrowUp: rank + 1,
      PageDown: rank - 10,
      PageUp: rank + 10,
      Home: 0,
      End: last
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    rank = Math.max(0, Math.min(last, next));
    show();
  });

  describe();
  return asFigure(node, (next: DistributionData) => {
    current = next;
    show();
  });
}

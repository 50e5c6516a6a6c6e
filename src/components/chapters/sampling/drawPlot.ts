import {html, svg} from "htl";
import type {Distribution} from "../../generation/distribution.js";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatCount, formatFixed, visibleToken} from "../../views/format.js";
import {keptGroup} from "../../views/keptGroup.js";
import {roundTicks} from "../../views/ticks.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {expectedCount} from "./draws.js";

export interface DrawPlotData {
  distribution: Distribution;
  counts: Uint32Array;
  /** Draws so far. */
  draws: number;
}

const HEIGHT = 240;
const LEFT = 46;
const RIGHT = 8;
const TOP = 12;
const BOTTOM = 30;
const SHOWN = 30;

/** Counts as bars, and on each the count that its probability promises with two standard deviations to either side. */
export function drawPlot(data: DrawPlotData, vocabulary: readonly string[]): Figure<DrawPlotData> {
  let current = data;
  const bars = svg`<path class="cut-kept"></path>`;
  const bands = svg`<path class="draw-bands"></path>`;
  const [axis, names] = [keptGroup(), keptGroup()];
  const image =
    svg`<svg class="draw-plot" role="img" height=${HEIGHT}>${axis.node}${bars}${bands}${names.node}</svg>` as SVGElement;
  const frame = html`<div class="draw-frame" style=${`height: ${HEIGHT}px`}>${image}</div>`;

  function draw(width: number): void {
    const {
      distribution: {ids, kept, probabilities},
      counts,
      draws
    } = current;
    const shown = Math.min(kept, SHOWN, Math.floor((width - LEFT - RIGHT) / 10));
    const step = (width - LEFT - RIGHT) / Math.max(shown, 6);
    const bottom = HEIGHT - BOTTOM;
    const expected = Array.from({length: shown}, (_, i) => expectedCount(probabilities[ids[i]!]!, draws));
    const largest = Math.max(
      1,
      ...expected.map(({mean, deviation}, i) => Math.max(mean + 2 * deviation, counts[ids[i]!]!))
    );
    const y = (n: number) => bottom - ((bottom - TOP) * n) / largest;
    let [filled, whiskers] = ["", ""];
    expected.forEach(({mean, deviation}, i) => {
      const x = LEFT + (i + 0.5) * step;
      const half = Math.min(14, step * 0.35);
      const count = counts[ids[i]!]!;
      if (count > 0) filled += `M${x - half} ${bottom}V${y(count).toFixed(1)}h${2 * half}V${bottom}z`;
      const [low, high] = [y(Math.max(0, mean - 2 * deviation)), y(mean + 2 * deviation)];
      whiskers += `M${x} ${low.toFixed(1)}V${high.toFixed(1)}M${x - half} ${y(mean).toFixed(1)}h${2 * half}`;
    });
    bars.setAttribute("d", filled);
    bands.setAttribute("d", whiskers);
    image.setAttribute("aria-label", describe(current, vocabulary));
    axis.show([largest, width], () =>
      roundTicks(0, largest, 3).map(
        (n) => svg`<g class="cut-axis"><line x1=${LEFT} x2=${width - RIGHT} y1=${y(n)} y2=${y(n)}></line>
          <text x=${LEFT - 6} y=${y(n) + 4} text-anchor="end">${formatCount(n)}</text></g>`
      )
    );
    names.show([ids, shown, width], () => {
      image.setAttribute("width", String(width));
      image.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      return Array.from(
        {length: shown},
        (_, i) =>
          svg`<text class="cut-token" x=${LEFT + (i + 0.5) * step} y=${bottom + 16} text-anchor="middle">${[...visibleToken(vocabulary[ids[i]!] ?? "")].slice(0, 2).join("")}</text>`
      );
    });
  }
  const redraw = drawAtWidth(frame, draw);
  return asFigure(frame, (next: DrawPlotData) => {
    current = next;
    redraw();
  });
}

function describe(
  {distribution: {ids, probabilities}, counts, draws}: DrawPlotData,
  vocabulary: readonly string[]
): string {
  const id = ids[0]!;
  return `How often each token came in ${formatCount(draws)} draws, beside what its probability promises: ${visibleToken(vocabulary[id] ?? "")} came ${formatCount(counts[id]!)} times, ${formatFixed(draws * probabilities[id]!, 1)} expected.`;
}

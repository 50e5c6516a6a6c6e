import {html, svg} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {bestPoint, SMOOTHING, type SmoothingPoint} from "./smoothingCurve.js";

export interface SmoothingChartData {
  curve: readonly SmoothingPoint[];
  /** Where the slider stands. */
  at: SmoothingPoint;
}

/** The drawing's own units, which its style sheet fits to the room there is. */
const WIDTH = 340;
const HEIGHT = 220;
const MARGIN = {top: 26, right: 14, bottom: 36, left: 36};
const MARKS = [0.001, 0.1, 10, 1000];

/** The loss of the text that was counted and of the held-out text against α, on a logarithmic scale. */
export function smoothingChart(data: SmoothingChartData): Figure<SmoothingChartData> {
  const frame = html`<div class="smoothing-frame"></div>`;
  const node = html`<div class="smoothing-chart"><p class="legend"><span class="line-key line-train"></span>counted text
    <span class="line-key line-validation"></span>held-out text</p>${frame}</div>`;

  function update({curve, at}: SmoothingChartData): void {
    const losses = curve.flatMap(({train, heldOut}) => [train, heldOut]).filter(Number.isFinite);
    const [low, high] = [Math.floor(2 * Math.min(...losses)) / 2, Math.ceil(2 * Math.max(...losses)) / 2];
    const x = (smoothing: number) =>
      MARGIN.left +
      (Math.log(smoothing / SMOOTHING.min) / Math.log(SMOOTHING.max / SMOOTHING.min)) *
        (WIDTH - MARGIN.left - MARGIN.right);
    const y = (loss: number) =>
      HEIGHT - MARGIN.bottom - ((loss - low) / (high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const path = (of: "train" | "heldOut") =>
      `M${curve.map((point) => `${x(point.smoothing).toFixed(1)},${y(point[of]).toFixed(1)}`).join("L")}`;
    const levels = Array.from({length: 2 * (high - low) + 1}, (_, i) => low + i / 2);
    const best = bestPoint(curve);
    const label = `Loss against α. On the held-out text ${formatFixed(at.heldOut, 3)} nats at α = ${formatSmoothing(at.smoothing)}, at least ${formatFixed(best.heldOut, 3)} at α = ${formatSmoothing(best.smoothing)}.`;
    frame.replaceChildren(
      svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
        ${levels.map(
          (
            loss
          ) => svg`<line class="chart-rule" x1=${MARGIN.left} x2=${WIDTH - MARGIN.right} y1=${y(loss)} y2=${y(loss)} />
            <text x=${MARGIN.left - 7} y=${y(loss)} dy="0.35em" text-anchor="end">${formatFixed(loss, 1)}</text>`
        )}
        ${MARKS.map((mark) => svg`<text x=${x(mark)} y=${HEIGHT - MARGIN.bottom + 17} text-anchor="middle">${mark}</text>`)}
        <text x="0" y="11">loss, nats a character</text>
        <text x=${WIDTH - MARGIN.right} y=${HEIGHT - 3} text-anchor="end">α →</text>
        <path class="chart-train" d=${path("train")} /><path class="chart-held-out" d=${path("heldOut")} />
        <line class="chart-at" x1=${x(at.smoothing)} x2=${x(at.smoothing)} y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom} />
        <circle class="chart-dot-train" cx=${x(at.smoothing)} cy=${y(at.train)} r="3.5" />
        <circle class="chart-dot-held-out" cx=${x(at.smoothing)} cy=${y(at.heldOut)} r="4.5" /></svg>`
    );
  }
  update(data);
  return asFigure(node, update);
}

/** α in two significant digits: 0.0013, 0.5, 25, 1000. */
export function formatSmoothing(value: number): string {
  return String(Number(value.toPrecision(2)));
}

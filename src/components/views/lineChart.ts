import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "./figure.js";
import {watchWidth} from "./watchWidth.js";

export interface ChartLine {
  name: string;
  /** A letter that stands at the line's end; none where there is but one line. */
  mark?: string;
  stroke: string;
  dash?: string;
  width?: number;
  points: readonly (readonly [x: number, y: number])[];
}

export interface LineChartData {
  /** What is drawn, for people who cannot see it. */
  label: string;
  /** `ticks` where they are not round numbers of what is drawn, as on an axis of logarithms. */
  x: {label: string; min: number; max: number; ticks?: readonly {at: number; text: string}[]};
  y: {label: string; min: number; max: number};
  lines: readonly ChartLine[];
  /** Upright lines with a word beside them. */
  rules?: readonly {x: number; label: string}[];
  /** Points to show, as where a slider stands, with a word above them. */
  dots?: readonly {x: number; y: number; fill: string; label?: string}[];
  /** The chart in a sentence. */
  reading: string;
}

/** The chart's height and margins in CSS pixels; a map of a table above it has the same sides. */
export const CHART_SIDES = {left: 44, right: 26};
const TOP = 24;
const BOTTOM = 40;
export const LARGEST_WIDTH = 720;

/** Lines against one axis, redrawn at the width there is. */
export function lineChart(data: LineChartData, {height = 200} = {}): Figure<LineChartData> {
  let current = data;
  let width = 640;
  const frame = html`<div class="line-chart-frame" style=${`height: ${height}px`}></div>`;
  const reading = html`<p class="figure-reading"></p>`;
  const node = html`<div class="line-chart">${frame}${reading}</div>`;
  function draw(): void {
    setText(reading, current.reading);
    frame.replaceChildren(plot(current, width, height));
  }
  watchWidth(
    frame,
    width,
    (next) => {
      width = next;
      draw();
    },
    LARGEST_WIDTH
  );
  draw();
  return asFigure(node, (next) => {
    current = next;
    draw();
  });
}

function plot({label, x, y, lines, rules = [], dots = []}: LineChartData, width: number, height: number) {
  const right = width - CHART_SIDES.right;
  const bottom = height - BOTTOM;
  const px = (value: number) =>
    CHART_SIDES.left + ((value - x.min) / (x.max - x.min)) * (right - CHART_SIDES.left);
  const py = (value: number) => bottom - ((value - y.min) / (y.max - y.min)) * (bottom - TOP);
  const path = (points: ChartLine["points"]) =>
    points.map(([a, b], i) => `${i === 0 ? "M" : "L"}${px(a).toFixed(1)},${py(b).toFixed(1)}`).join("");
  const ends = spread(lines.flatMap((line) => endOf(line, px, py)));
  return svg`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${label}>
    ${ticks(y.min, y.max, 4).map(
      (
        tick
      ) => svg`<g class="line-axis"><line x1=${CHART_SIDES.left} x2=${right} y1=${py(tick)} y2=${py(tick)}></line>
        <text x=${CHART_SIDES.left - 6} y=${py(tick) + 4} text-anchor="end">${tickText(tick)}</text></g>`
    )}
    ${(x.ticks ?? roundTicks(x.min, x.max, Math.max(2, Math.floor(width / 90)))).map(
      ({at, text}) =>
        svg`<text class="line-tick" x=${px(at)} y=${bottom + 16} text-anchor="middle">${text}</text>`
    )}
    <text class="line-tick" x=${right} y=${height - 6} text-anchor="end">${x.label}</text>
    <text class="line-tick" x="0" y="10">${y.label}</text>
    ${rules.map(
      (
        rule
      ) => svg`<g class="line-rule"><line x1=${px(rule.x)} x2=${px(rule.x)} y1=${TOP} y2=${bottom}></line>
        <text x=${px(rule.x) + 4} y=${TOP + 10}>${rule.label}</text></g>`
    )}
    ${lines.map(
      ({points, stroke, dash = "none", width: thickness = 2}) =>
        svg`<path d=${path(points)} fill="none" style=${`stroke: ${stroke}`} stroke-dasharray=${dash}
          stroke-width=${thickness} stroke-linejoin="round"></path>`
    )}
    ${dots.map((dot) => svg`<circle cx=${px(dot.x)} cy=${py(dot.y)} r="4.5" style=${`fill: ${dot.fill}`}></circle>`)}
    ${dots.map(
      (dot) =>
        // Words at the right end would leave the chart.
        svg`<text x=${px(dot.x)} y=${py(dot.y) - 8} text-anchor=${px(dot.x) > 0.7 * width ? "end" : "start"}>${dot.label ?? ""}</text>`
    )}
    ${ends.map(
      (end) =>
        svg`<text class="line-mark" x=${end.x + 5} y=${end.y + 4} style=${`fill: ${end.stroke}`}>${end.mark}</text>`
    )}
  </svg>`;
}

interface End {
  x: number;
  y: number;
  mark: string;
  stroke: string;
}

function endOf(
  {mark, stroke, points}: ChartLine,
  px: (x: number) => number,
  py: (y: number) => number
): End[] {
  const end = points.at(-1);
  return end && mark ? [{x: px(end[0]), y: py(end[1]), mark, stroke}] : [];
}

/** Letters at one end of the chart, moved apart so that each can be read. */
export function spread(ends: End[], least = 13): End[] {
  const sorted = [...ends].sort((a, b) => a.y - b.y);
  for (let i = 1; i < sorted.length; i++) {
    const above = sorted.slice(0, i).filter((end) => Math.abs(end.x - sorted[i]!.x) < least);
    const lowest = Math.max(...above.map((end) => end.y));
    if (sorted[i]!.y < lowest + least) sorted[i] = {...sorted[i]!, y: lowest + least};
  }
  return sorted;
}

/** About `count` round numbers from `min` to `max`. */
export function ticks(min: number, max: number, count: number): number[] {
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999)!;
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const roundTicks = (min: number, max: number, count: number) =>
  ticks(min, max, count).map((at) => ({at, text: tickText(at)}));

const tickText = (tick: number): string => String(tick).replace("-", "−");

import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "./figure.js";
import {keptGroup} from "./keptGroup.js";
import {linePath} from "./linePath.js";
import {spread} from "./spread.js";
import {roundTicks} from "./ticks.js";
import {drawAtWidth} from "./watchWidth.js";

export interface ChartLine {
  name: string;
  /** A letter that stands at the line's end; none where there is but one line. */
  mark?: string;
  stroke: string;
  dash?: string;
  width?: number;
  points: readonly (readonly [x: number, y: number])[];
}

interface Dot {
  x: number;
  y: number;
  fill: string;
  label?: string;
}

export interface LineChartData {
  /** What is drawn, for people who cannot see it. */
  label: string;
  /** `ticks` where they are not round numbers of what is drawn, as on an axis of logarithms. */
  x: {label: string; min: number; max: number; ticks?: readonly {at: number; text: string}[]};
  y: {label: string; min: number; max: number};
  /** Points stay drawn as long as they are the same array: keep it where a slider moves something else. */
  lines: readonly ChartLine[];
  /** Upright lines with a word beside them. */
  rules?: readonly {x: number; label: string}[];
  /** Points to show, as where a slider stands, with a word above them. */
  dots?: readonly Dot[];
  /** The chart in a sentence. */
  reading: string;
}

/** The chart's height and margins in CSS pixels; a map of a table above it has the same sides. */
export const CHART_SIDES = {left: 44, right: 26};
const TOP = 24;
const BOTTOM = 40;
export const LARGEST_WIDTH = 720;

/** Lines against one axis, drawn at the width there is; `update` draws anew only what is another than before. */
export function lineChart(data: LineChartData, {height = 200} = {}): Figure<LineChartData> {
  let current = data;
  const [axes, rules, paths, dots, marks] = [keptGroup(), keptGroup(), keptGroup(), keptGroup(), keptGroup()];
  const picture = svg`<svg height=${height} role="img">
    ${axes.node}${rules.node}${paths.node}${dots.node}${marks.node}</svg>`;
  const frame = html`<div class="line-chart-frame" style=${`height: ${height}px`}>${picture}</div>`;
  const reading = html`<p class="figure-reading"></p>`;
  const node = html`<div class="line-chart">${frame}${reading}</div>`;

  function draw(width: number): void {
    const {label, x, y, lines} = current;
    const scale = scaleOf(current, width, height);
    const size = [width, x.min, x.max, y.min, y.max];
    setText(reading, current.reading);
    picture.setAttribute("aria-label", label);
    axes.show([...size, x.label, y.label, ...(x.ticks ?? []).flatMap(Object.values)], () => {
      picture.setAttribute("width", String(width));
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      return axisNodes(current, scale);
    });
    rules.show([...size, ...(current.rules ?? []).flatMap(Object.values)], () =>
      (current.rules ?? []).map((rule) => ruleNode(rule, scale))
    );
    // Lines may have thousands of points: whether they are others is asked of the array, not of each.
    const looks = lines.flatMap(({points, stroke, mark, dash, width}) => [points, stroke, mark, dash, width]);
    paths.show([...size, ...looks], () => lines.map((line) => pathNode(line, scale)));
    dots.show([...size, ...(current.dots ?? []).flatMap(Object.values)], () =>
      (current.dots ?? []).flatMap((dot) => dotNodes(dot, scale))
    );
    marks.show([...size, ...looks], () =>
      spread(lines.flatMap((line) => endOf(line, scale))).map(
        (end) =>
          svg`<text class="line-mark" x=${end.x + 5} y=${end.y + 4} style=${`fill: ${end.stroke}`}>${end.mark}</text>`
      )
    );
  }
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  return asFigure(node, (next) => {
    current = next;
    redraw();
  });
}

/** Where values lie, in CSS pixels. */
interface Scale {
  px(x: number): number;
  py(y: number): number;
  right: number;
  bottom: number;
}

function scaleOf({x, y}: LineChartData, width: number, height: number): Scale {
  const right = width - CHART_SIDES.right;
  const bottom = height - BOTTOM;
  return {
    px: (value) => CHART_SIDES.left + ((value - x.min) / (x.max - x.min)) * (right - CHART_SIDES.left),
    py: (value) => bottom - ((value - y.min) / (y.max - y.min)) * (bottom - TOP),
    right,
    bottom
  };
}

function axisNodes({x, y}: LineChartData, {px, py, right, bottom}: Scale): Element[] {
  const width = right + CHART_SIDES.right;
  return [
    ...roundTicks(y.min, y.max, 4).map(
      (
        tick
      ) => svg`<g class="line-axis"><line x1=${CHART_SIDES.left} x2=${right} y1=${py(tick)} y2=${py(tick)}></line>
        <text x=${CHART_SIDES.left - 6} y=${py(tick) + 4} text-anchor="end">${tickText(tick)}</text></g>`
    ),
    ...(x.ticks ?? numberedTicks(x, Math.max(2, Math.floor(width / 90)))).map(
      ({at, text}) =>
        svg`<text class="line-tick" x=${px(at)} y=${bottom + 16} text-anchor="middle">${text}</text>`
    ),
    svg`<text class="line-tick" x=${right} y=${bottom + BOTTOM - 6} text-anchor="end">${x.label}</text>`,
    svg`<text class="line-tick" x="0" y="10">${y.label}</text>`
  ];
}

const ruleNode = ({x, label}: {x: number; label: string}, {px, bottom}: Scale): Element =>
  svg`<g class="line-rule"><line x1=${px(x)} x2=${px(x)} y1=${TOP} y2=${bottom}></line>
    <text x=${px(x) + 4} y=${TOP + 10}>${label}</text></g>`;

function pathNode({points, stroke, dash = "none", width = 2}: ChartLine, {px, py}: Scale): Element {
  return svg`<path d=${linePath(points, px, py)} fill="none" style=${`stroke: ${stroke}`} stroke-dasharray=${dash}
    stroke-width=${width} stroke-linejoin="round"></path>`;
}

function dotNodes({x, y, fill, label}: Dot, {px, py, right}: Scale): Element[] {
  const circle = svg`<circle cx=${px(x)} cy=${py(y)} r="4.5" style=${`fill: ${fill}`}></circle>`;
  if (!label) return [circle];
  // Words at the right end would leave the chart.
  const anchor = px(x) > 0.7 * (right + CHART_SIDES.right) ? "end" : "start";
  return [circle, svg`<text x=${px(x)} y=${py(y) - 8} text-anchor=${anchor}>${label}</text>`];
}

interface End {
  x: number;
  y: number;
  mark: string;
  stroke: string;
}

function endOf({mark, stroke, points}: ChartLine, {px, py}: Scale): End[] {
  const end = points.at(-1);
  return end && mark ? [{x: px(end[0]), y: py(end[1]), mark, stroke}] : [];
}

const numberedTicks = ({min, max}: {min: number; max: number}, count: number) =>
  roundTicks(min, max, count).map((at) => ({at, text: tickText(at)}));

const tickText = (tick: number): string => String(tick).replace("-", "−");

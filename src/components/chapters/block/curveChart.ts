import {svg} from "htl";
import {spread} from "../../views/spread.js";

/** A line of a chart, in the units of its axes. */
export interface Curve {
  /** A letter at one end; none where the legend tells enough. */
  mark?: string;
  stroke: string;
  dash: string;
  width: number;
  points: readonly {x: number; y: number; isHollow?: boolean}[];
  /** Points that get a dot. */
  dots?: "all" | "none" | number;
}

export interface Axis {
  domain: readonly [number, number];
  ticks: readonly number[];
  label: string;
  format(tick: number): string;
  isLog?: boolean;
}

export interface CurveChart {
  width: number;
  height: number;
  left: number;
  /** What the chart shows and, in a sentence, says. */
  label: string;
  x: Axis;
  y: Axis;
  curves: readonly Curve[];
  /** Where the letters stand. */
  marksAt?: "start" | "end";
  /** Straight lines across, with a word. */
  rules?: readonly {x?: number; y?: number; label?: string; stroke: string}[];
}

const TOP = 28;
const RIGHT = 24;
const BOTTOM = 44;

/** Curves between two axes, as one SVG image; values outside an axis lie on its edge. */
export function curveChart(chart: CurveChart): Element {
  const {width, height, left, label, x, y, curves, marksAt = "end", rules = []} = chart;
  const [right, bottom] = [width - RIGHT, height - BOTTOM];
  const px = place(x, left, right);
  const py = place(y, bottom, TOP);
  const path = (points: Curve["points"]) =>
    points.map((at, i) => `${i === 0 ? "M" : "L"}${px(at.x).toFixed(1)} ${py(at.y).toFixed(1)}`).join("");
  const marks = spread(
    curves.flatMap(({mark, stroke, points}) => {
      const at = marksAt === "start" ? points[0] : points.at(-1);
      return mark && at ? [{mark, stroke, x: px(at.x) + (marksAt === "start" ? -15 : 8), y: py(at.y)}] : [];
    })
  );
  return svg`<svg class="curve-chart" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`}
    role="img" aria-label=${label}>
    <text class="axis-name" x="0" y="12">↑ ${y.label}</text>
    <text class="axis-name" x=${right} y=${height - 6} text-anchor="end">${x.label} →</text>
    ${y.ticks.map(
      (tick) => svg`<line class="grid" x1=${left} x2=${right} y1=${py(tick)} y2=${py(tick)}></line>
        <text x=${left - 7} y=${py(tick) + 4} text-anchor="end">${y.format(tick)}</text>`
    )}
    ${x.ticks.map(
      (tick) => svg`<line class="tick" x1=${px(tick)} x2=${px(tick)} y1=${bottom} y2=${bottom + 5}></line>
        <text x=${px(tick)} y=${bottom + 19} text-anchor="middle">${x.format(tick)}</text>`
    )}
    ${rules.map((rule) =>
      rule.x === undefined
        ? svg`<line stroke=${rule.stroke} stroke-dasharray="5 3" x1=${left} x2=${right} y1=${py(rule.y!)} y2=${py(rule.y!)}></line>
          <text x=${left + 5} y=${py(rule.y!) + 15}>${rule.label ?? ""}</text>`
        : svg`<line stroke=${rule.stroke} x1=${px(rule.x)} x2=${px(rule.x)} y1=${TOP} y2=${bottom}></line>`
    )}
    ${curves.map(
      ({points, stroke, dash, width: thickness, dots = "none"}) => svg`<g>
        <path d=${path(points)} fill="none" stroke=${stroke} stroke-width=${thickness}
          stroke-dasharray=${dash === "" ? "none" : dash} stroke-linejoin="round"></path>
        ${points
          .filter((_, i) => dots === "all" || dots === i)
          .map(
            (at) => svg`<circle cx=${px(at.x)} cy=${py(at.y)} r=${thickness > 2 ? 3.4 : 2.6} stroke=${stroke}
            fill=${at.isHollow ? "var(--paper)" : stroke}></circle>`
          )}</g>`
    )}
    ${marks.map((at) => svg`<text class="mark" x=${at.x} y=${at.y + 4} style=${`fill: ${at.stroke}`}>${at.mark}</text>`)}
  </svg>`;
}

function place({domain: [low, high], isLog}: Axis, from: number, to: number): (value: number) => number {
  const scale = isLog ? Math.log10 : (value: number) => value;
  return (value) => {
    const clipped = Math.min(high, Math.max(low, value));
    return from + ((scale(clipped) - scale(low)) / (scale(high) - scale(low))) * (to - from);
  };
}

/** Powers of ten from `low` to `high`, every one or as many apart as keeps them to about `count`. */
export function powerTicks([low, high]: readonly [number, number], count: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first) / count));
  return Array.from({length: Math.floor((last - first) / step) + 1}, (_, i) => 10 ** (last - i * step));
}

import {svg} from "htl";
import {linePath} from "../../views/linePath.js";
import {logTicks} from "./scalingAxes.js";

/** Points and lines on two logarithmic axes. */
export interface LogPlotData {
  /** All of it in a few words. */
  label: string;
  x: {label: string; format(x: number): string};
  y: {label: string; format(y: number): string};
  /** Joined by straight pieces; the name stands at the last point. */
  lines: readonly {name: string; points: readonly Point[]}[];
  dots: readonly {at: Point; kind: "plain" | "best"; isChosen: boolean}[];
  /** Broken lines: what a formula says. */
  laws: readonly {points: readonly Point[]}[];
}
export type Point = readonly [x: number, y: number];

export interface LogPlot {
  node: Element;
  /** The dot nearest to a place in the drawing, in its own units; −1 where none is near. */
  nearest(x: number, y: number): number;
}

const SIDES = {top: 26, right: 52, bottom: 40, left: 44};
/** CSS pixels from a dot within which it is meant. */
const NEAR = 28;

/** Draws at `width` × `height` CSS pixels. */
export function logPlot(data: LogPlotData, width: number, height: number): LogPlot {
  const {dots, lines, laws} = data;
  const points = [...dots.map(({at}) => at), ...[...lines, ...laws].flatMap((line) => line.points)];
  const [left, right] = rangeOf(points.map(([x]) => x));
  const [low, high] = rangeOf(points.map(([, y]) => y));
  const bottom = height - SIDES.bottom;
  const px = (x: number) => SIDES.left + share(x, left, right) * (width - SIDES.left - SIDES.right);
  const py = (y: number) => bottom - share(y, low, high) * (bottom - SIDES.top);
  const named = lines.filter(({points}) => points.length > 0);
  const node =
    svg`<svg class="log-plot" width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${data.label}>
    ${logTicks(low, high, 8).map(
      (
        tick
      ) => svg`<g class="line-axis"><line x1=${SIDES.left} x2=${width - SIDES.right} y1=${py(tick)} y2=${py(tick)}></line>
        <text x=${SIDES.left - 6} y=${py(tick) + 4} text-anchor="end">${data.y.format(tick)}</text></g>`
    )}
    ${logTicks(left, right, Math.floor(width / 80)).map(
      (tick) =>
        svg`<text class="line-tick" x=${px(tick)} y=${bottom + 16} text-anchor="middle">${data.x.format(tick)}</text>`
    )}
    <text class="line-tick" x=${width - 4} y=${height - 6} text-anchor="end">${data.x.label}</text>
    <text class="line-tick" x="0" y="10">${data.y.label}</text>
    ${named.map(({points}) => svg`<path class="log-line" d=${linePath(points, px, py)}></path>`)}
    ${laws.map(({points}) => svg`<path class="log-law" d=${linePath(points, px, py)}></path>`)}
    ${dots.map(
      ({at: [x, y], kind}) =>
        svg`<circle class=${`log-dot log-dot-${kind}`} cx=${px(x)} cy=${py(y)} r=${kind === "best" ? 5.5 : 4}></circle>`
    )}
    ${dots.map(({at: [x, y], isChosen}) =>
      isChosen ? svg`<circle class="log-chosen" cx=${px(x)} cy=${py(y)} r="9.5"></circle>` : null
    )}
    ${apart(named.map(({name, points}) => ({name, x: px(points.at(-1)![0]), y: py(points.at(-1)![1])}))).map(
      ({name, x, y}) => svg`<text class="log-name" x=${x + 8} y=${y + 4}>${name}</text>`
    )}
  </svg>` as Element;
  return {
    node,
    nearest(x, y) {
      let best = -1;
      let least = NEAR;
      dots.forEach(({at}, i) => {
        const distance = Math.hypot(px(at[0]) - x, py(at[1]) - y);
        if (distance < least) [best, least] = [i, distance];
      });
      return best;
    }
  };
}

/** Least and greatest with a little room on either side, as a factor. */
function rangeOf(values: readonly number[]): [number, number] {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const room = (max / min) ** 0.05;
  return [min / room, max * room];
}

const share = (value: number, min: number, max: number): number =>
  Math.log(value / min) / Math.log(max / min);

interface Name {
  name: string;
  x: number;
  y: number;
}

/** Names near one another, moved down until each can be read. */
function apart(names: Name[]): Name[] {
  const placed: Name[] = [];
  for (const name of [...names].sort((a, b) => a.y - b.y)) {
    const near = placed.filter(({x}) => Math.abs(x - name.x) < 44);
    const lowest = Math.max(Number.NEGATIVE_INFINITY, ...near.map(({y}) => y));
    placed.push({...name, y: Math.max(name.y, lowest + 13)});
  }
  return placed;
}

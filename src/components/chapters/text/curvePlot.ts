import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {linePath} from "../../views/linePath.js";
import {roundTicks} from "../../views/ticks.js";
import {drawAtWidth} from "../../views/watchWidth.js";

export interface Axis {
  label: string;
  domain: readonly [low: number, high: number];
  /** "log" needs a domain above 0. */
  scale: "linear" | "log";
  format: (value: number) => string;
}

export interface Curve {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
  /** A line in ink, a dashed or a faint one, or dots. */
  look: "line" | "dashed" | "faint" | "dots";
}

export interface CurvePlotData {
  x: Axis;
  y: Axis;
  curves: readonly Curve[];
  /** A place that is pointed at: a rule at x, and a ring on each curve that has a y there. */
  marker?: {x: number; ys: readonly number[]} | null | undefined;
  /** What there is to see, in words. */
  summary: string;
}

const HEIGHT = 280;
const MARGIN = {top: 12, right: 16, bottom: 44, left: 52};

/**
 * Curves on linear or logarithmic axes. Drawn here because a plotting library would be most of what a chapter may
 * load; the marker moves without a new drawing, so that it follows a slider.
 */
export function curvePlot(data: CurvePlotData): Figure<CurvePlotData> {
  let current = data;
  const legend = html`<p class="legend"></p>`;
  const frame = html`<div class="curve-frame"></div>`;
  const summary = html`<p class="figure-reading"></p>`;
  const node = html`<div class="curve-plot">${legend}${frame}${summary}</div>`;
  let moveMarker = () => {};

  function draw(width: number): void {
    const {x, y, curves} = current;
    const toX = position(x, MARGIN.left, width - MARGIN.right);
    const toY = position(y, HEIGHT - MARGIN.bottom, MARGIN.top);
    legend.replaceChildren(
      ...curves.map(
        ({name, look}) =>
          html`<span class="curve-name"><span class=${`curve-key curve-${look}`}></span>${name}</span>`
      )
    );
    const rule = svg`<line class="curve-rule" y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom}></line>`;
    const rings = svg`<g></g>`;
    const picture = svg`<svg width=${width} height=${HEIGHT} viewBox=${`0 0 ${width} ${HEIGHT}`} role="img"
      aria-label=${`${y.label} against ${x.label}`}>
      ${ticks(x, Math.max(2, Math.floor(width / 90))).map(
        (value) => svg`<g transform=${`translate(${toX(value)},0)`}>
          <line class="curve-grid" y1=${MARGIN.top} y2=${HEIGHT - MARGIN.bottom}></line>
          <text y=${HEIGHT - MARGIN.bottom + 16} text-anchor="middle">${x.format(value)}</text></g>`
      )}
      ${ticks(y, 6).map(
        (value) => svg`<g transform=${`translate(0,${toY(value)})`}>
          <line class="curve-grid" x1=${MARGIN.left} x2=${width - MARGIN.right}></line>
          <text x=${MARGIN.left - 6} dy="0.32em" text-anchor="end">${y.format(value)}</text></g>`
      )}
      <text x=${width - MARGIN.right} y=${HEIGHT - 6} text-anchor="end">${x.label} →</text>
      ${curves.map(({points, look}) =>
        look === "dots"
          ? svg`<g>${points.map(([px, py]) => dotAt(toX(px), toY(py)))}</g>`
          : svg`<path class=${`curve-line curve-${look}`} d=${linePath(points, toX, toY)}></path>`
      )}
      ${rule}${rings}
    </svg>`;
    moveMarker = () => {
      const {marker} = current;
      rule.setAttribute("visibility", marker ? "visible" : "hidden");
      const at = marker ? toX(marker.x).toFixed(1) : "0";
      rule.setAttribute("x1", at);
      rule.setAttribute("x2", at);
      rings.replaceChildren(
        ...(marker?.ys ?? []).map(
          (py) => svg`<circle class="curve-ring" cx=${at} cy=${toY(py)} r="5"></circle>`
        )
      );
    };
    moveMarker();
    frame.replaceChildren(html`<p class="curve-axis">↑ ${y.label}</p>`, picture);
  }

  const redraw = drawAtWidth(frame, draw);

  function update(next: CurvePlotData): void {
    const isNew = next.curves !== current.curves;
    current = next;
    setText(summary, next.summary);
    if (isNew) redraw();
    else moveMarker();
  }
  setText(summary, data.summary);
  return asFigure(node, update);
}

/** Where a value lies between two pixels; what is outside the domain is put on its edge. */
function position({domain: [low, high], scale}: Axis, from: number, to: number): (value: number) => number {
  const of = scale === "log" ? Math.log : (value: number) => value;
  const span = of(high) - of(low) || 1;
  return (value) => from + ((of(Math.min(high, Math.max(low, value))) - of(low)) / span) * (to - from);
}

/** Round values in the domain: powers of ten on a logarithmic axis, else steps of 1, 2 or 5 times one. */
export function ticks({domain: [low, high], scale}: Pick<Axis, "domain" | "scale">, most: number): number[] {
  if (scale === "linear") return roundTicks(low, high, most);
  const found: number[] = [];
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  for (let power = first; power <= last; power += every) found.push(10 ** power);
  return found;
}

/** A copy of one dot: hundreds are not read from a template each. */
function dotAt(x: number, y: number): Element {
  dot ??= svg`<circle class="curve-dot" r="2.2"></circle>` as Element;
  const copy = dot.cloneNode() as Element;
  copy.setAttribute("cx", String(x));
  copy.setAttribute("cy", String(y));
  return copy;
}
let dot: Element | undefined;

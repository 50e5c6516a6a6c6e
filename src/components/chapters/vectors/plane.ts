import {html, svg} from "htl";
import {uniqueId} from "../../views/figure.js";
import {watchWidth} from "../../views/watchWidth.js";

export interface PlaneOptions {
  /** What is drawn, for people who cannot see it; the numbers belong in a text beside it. */
  label: string;
  /** The part of the plane that is shown, from left to right; with `centre` it follows from the width instead. */
  x: readonly [low: number, high: number];
  y: readonly [low: number, high: number];
  /** CSS pixels. */
  height: number;
  margin?: {top?: number; right?: number; bottom?: number; left?: number};
  /** One unit is as long across as upwards, so that angles are true; x is then only the middle of what is shown. */
  isSquare?: boolean;
}

export interface Point {
  x: number;
  y: number;
}

/** A drawing in which numbers have places. */
export interface Plane {
  node: SVGSVGElement;
  /** Where curves go: it is cut off at the edges of what is shown. */
  layer: Element;
  /** CSS pixels of a number. */
  px(x: number): number;
  py(y: number): number;
  /** What is shown: the corners, which change with the room that there is. */
  domain(): {x: readonly [number, number]; y: readonly [number, number]};
  /** The point itself, or the nearest one inside the domain. */
  inside(point: Point): Point;
  /** The numbers under a pointer, inside the domain. */
  at(event: {clientX: number; clientY: number}): Point;
  /** Draws again: the layers below, then what the caller draws. */
  draw(): void;
}

/** Width until the page has measured it. */
const UNMEASURED = 640;

/**
 * An SVG whose unit is the CSS pixel at every width: its height is fixed, so that nothing moves when it appears, and
 * `paint` is called again when its width changes. Grid lines are drawn at the numbers of `ticks`.
 */
export function plane(
  {label, x, y, height, margin = {}, isSquare = false}: PlaneOptions,
  ticks: {x: readonly number[]; y: readonly number[]; names?: readonly [across: string, up: string]},
  paint: (plane: Plane) => void
): Plane {
  const {top = 8, right = 8, bottom = 24, left = 30} = margin;
  let width = UNMEASURED;
  let drawnWidth = 0;
  let shown = x;
  const node = svg`<svg class="plane" role="group" aria-label=${label}></svg>` as SVGSVGElement;
  node.style.height = `${height}px`;
  const grid = svg`<g class="plane-grid" aria-hidden="true"></g>`;
  const clip = uniqueId("plane");
  const window = svg`<rect></rect>`;
  const layer = svg`<g clip-path=${`url(#${clip})`}></g>`;
  node.append(svg`<defs><clipPath id=${clip}>${window}</clipPath></defs>`, grid, layer);

  const unit = () => (height - top - bottom) / (y[1] - y[0]);
  function measure(): void {
    if (!isSquare) return;
    const half = (width - left - right) / unit() / 2;
    const middle = (x[0] + x[1]) / 2;
    shown = [middle - half, middle + half];
  }
  const self: Plane = {
    node,
    layer,
    px: (value) => left + ((value - shown[0]) / (shown[1] - shown[0])) * (width - left - right),
    py: (value) => height - bottom - (value - y[0]) * unit(),
    domain: () => ({x: shown, y}),
    inside: (point) => ({x: clamp(point.x, shown), y: clamp(point.y, y)}),
    at: ({clientX, clientY}) => {
      const box = node.getBoundingClientRect();
      const across = (clientX - box.left - left) / Math.max(1, width - left - right);
      return self.inside({
        x: shown[0] + across * (shown[1] - shown[0]),
        y: y[0] + (height - bottom - (clientY - box.top)) / unit()
      });
    },
    draw: () => {
      if (drawnWidth !== width) drawGrid();
      paint(self);
    }
  };
  /** The grid depends on nothing but the width. */
  function drawGrid(): void {
    drawnWidth = width;
    const box = {x: left, y: top, width: Math.max(0, width - left - right), height: height - top - bottom};
    for (const [name, value] of Object.entries(box)) window.setAttribute(name, String(value));
    node.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const inside = (value: number, [low, high]: readonly [number, number]) => value >= low && value <= high;
    grid.replaceChildren(
      ...ticks.x
        .filter((value) => inside(value, shown))
        .map(
          (
            value
          ) => svg`<g><line x1=${self.px(value)} x2=${self.px(value)} y1=${top} y2=${height - bottom}></line>
            <text x=${self.px(value)} y=${height - bottom + 15} text-anchor="middle">${minus(value)}</text></g>`
        ),
      ...ticks.y
        .filter((value) => inside(value, y))
        .map(
          (
            value
          ) => svg`<g><line x1=${left} x2=${width - right} y1=${self.py(value)} y2=${self.py(value)}></line>
            <text x=${left - 5} y=${self.py(value) + 4} text-anchor="end">${minus(value)}</text></g>`
        ),
      ...(ticks.names
        ? [
            svg`<text x=${width - right} y=${height - bottom - 5} text-anchor="end">${ticks.names[0]}</text>`,
            svg`<text x=${left + 5} y=${top + 11}>${ticks.names[1]}</text>`
          ]
        : [])
    );
  }
  watchWidth(node, width, (next) => {
    width = next;
    measure();
    self.draw();
  });
  measure();
  return self;
}

/** A plane in its frame, which cuts off what lies outside. */
export const framed = ({node}: Plane): HTMLElement =>
  html`<div class="plane-frame">${node}</div>` as HTMLElement;

/** The points as an SVG path. */
export function path(points: readonly Point[], {px, py}: Pick<Plane, "px" | "py">): string {
  return points.map(({x, y}, i) => `${i === 0 ? "M" : "L"}${px(x).toFixed(1)},${py(y).toFixed(1)}`).join("");
}

export const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.max(low, Math.min(high, value));

/** Keeps what is far away within what an SVG can draw. */
export const near = (value: number): number => clamp(value, [-1e4, 1e4]);

const minus = (value: number): string => String(value).replace("-", "−");

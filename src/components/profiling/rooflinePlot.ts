import * as Plot from "@observablehq/plot";
import {plotImage} from "../views/plotImage.js";
import type {Attainable} from "../webgpu/attainable.js";
import {formatAmount} from "./profileWords.js";
import {type KernelRow, ridgeOf, roofAt} from "./roofline.js";

export interface RooflineData {
  attainable: Attainable;
  rows: readonly KernelRow[];
  /** The kernel that is pointed out. */
  chosen: KernelRow | null;
  /** All of it in words. */
  summary: string;
  /** In CSS pixels. */
  height: number;
}

/** Kernels under the roof of their device, both axes logarithmic; `width` in CSS pixels. */
export function plotRoofline(
  {attainable, rows, chosen, summary, height}: RooflineData,
  width: number
): Element {
  const drawn = rows.filter(({mark}) => mark !== null);
  const ridge = ridgeOf(attainable);
  const intensities = [ridge, ...drawn.map(({intensity}) => intensity!)];
  const left = Math.min(...intensities) / MARGIN;
  const right = Math.max(...intensities) * MARGIN;
  const roof = [left, ridge, right].map((intensity) => ({
    intensity,
    rate: roofAt(intensity, attainable) / 1e9
  }));
  const rates = [...roof.map(({rate}) => rate), ...drawn.map(({flopsPerSecond}) => flopsPerSecond! / 1e9)];
  const bottom = Math.min(...rates) / 1.5;
  const top = Math.max(...rates) * 1.7;
  const place = {
    x: "intensity",
    y: ({flopsPerSecond}: KernelRow) => flopsPerSecond! / 1e9
  };
  const area = ({share}: KernelRow) => 4 + 10 * Math.sqrt(share!);
  const words = {
    text: (line: string) => line,
    fill: "var(--ink-soft)",
    stroke: "var(--paper)",
    strokeWidth: 4
  };
  /** Half way up the slope. */
  const middle = Math.sqrt(left * ridge);
  const marked = chosen?.mark ? [chosen] : [];
  const plot = Plot.plot({
    width,
    height,
    marginTop: 24,
    marginLeft: 54,
    marginRight: 16,
    marginBottom: 42,
    ariaLabel: "GFLOP/s of each kernel against its FLOP a byte",
    ariaDescription: summary,
    className: "roofline-plot",
    style: {fontSize: "12px", fontFamily: "inherit"},
    x: {
      type: "log",
      domain: [left, right],
      label: "FLOP a byte",
      tickFormat: formatTick(left, right),
      ticks: width / 90
    },
    y: {
      type: "log",
      domain: [bottom, top],
      label: "GFLOP/s",
      grid: true,
      tickFormat: formatTick(bottom, top),
      ticks: 5
    },
    r: {type: "identity"},
    marks: [
      Plot.line(roof, {x: "intensity", y: "rate", stroke: "var(--ink)", strokeWidth: 2}),
      Plot.ruleX([ridge], {stroke: "var(--rule)", strokeDasharray: "3 3"}),
      Plot.text([`a product: ${formatAmount(attainable.flopsPerSecond / 1e9)} GFLOP/s`], {
        ...words,
        x: ridge,
        y: attainable.flopsPerSecond / 1e9,
        textAnchor: "start",
        dx: 6,
        dy: -9
      }),
      Plot.text([`a copy: ${formatAmount(attainable.bytesPerSecond / 1e9)} GB/s`], {
        ...words,
        x: middle,
        y: roofAt(middle, attainable) / 1e9,
        textAnchor: "start",
        dx: 8,
        dy: 8
      }),
      Plot.link(drawn, {
        x: "intensity",
        y1: place.y,
        y2: ({intensity}: KernelRow) => roofAt(intensity!, attainable) / 1e9,
        stroke: "var(--query)",
        strokeOpacity: 0.35
      }),
      Plot.dot(drawn, {
        ...place,
        r: area,
        fill: "var(--query)",
        fillOpacity: 0.75,
        stroke: "var(--paper)"
      }),
      Plot.dot(marked, {
        ...place,
        r: (row: KernelRow) => area(row) + 3,
        stroke: "var(--surprise)",
        strokeWidth: 2.5
      }),
      Plot.text(drawn, {
        ...place,
        text: "mark",
        dx: 14 as number,
        fill: "var(--ink)",
        fontWeight: 600,
        stroke: "var(--paper)",
        strokeWidth: 4
      })
    ]
  });
  return plotImage(plot);
}

/** How far the axis of intensities reaches beyond what is on it. */
const MARGIN = 2.5;

/** Powers of ten alone, as they are; where there are few, twice and five times as much too. */
function formatTick(from: number, to: number): (x: number) => string {
  const leading = to / from < 300 ? [1, 2, 5] : [1];
  return (x) => {
    const digit = Number(x.toExponential(6).split("e")[0]);
    return leading.includes(digit) ? String(Number(x.toPrecision(1))) : "";
  };
}

import {type Surface, sizeCanvas} from "./canvas.js";
import {readColor, readMonospace} from "./colors.js";
import type {DistributionData} from "./distributionBars.js";
import {visibleToken} from "./format.js";

const HEIGHT = 120;
const LABEL_HEIGHT = 16;
const AXIS_WIDTH = 40;
/** Decades below 1 that the logarithmic axis shows. */
const DECADES = 6;

/**
 * Heights of the columns of the whole vocabulary on a logarithmic axis: 1 for p = 1, 0 for p ≤ 10⁻⁶. `ids` from
 * the most probable; `probabilities` by id. With more tokens than `columns`, each column shows its most probable token, which in this order is its first.
 */
export function columnHeights(
  ids: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  columns: number
): Float32Array {
  const heights = new Float32Array(columns);
  for (let column = 0; column < columns; column++) {
    const p = probabilities[ids[Math.floor((column * ids.length) / columns)]!] ?? 0;
    heights[column] = p > 0 ? Math.max(0, 1 + Math.log10(Math.min(1, p)) / DECADES) : 0;
  }
  return heights;
}

/** Paints a vocabulary by rank, its cut part hatched and one rank marked; returns where the columns lie, in CSS pixels. */
export function paintColumns(
  {context, width, ratio}: Surface,
  canvas: HTMLCanvasElement,
  {ids, tempered, kept}: DistributionData,
  vocabulary: readonly string[],
  rank: number
): {start: number; width: number} {
  const count = ids.length;
  const plot = Math.max(1, Math.min(width - AXIS_WIDTH, count * 24));
  sizeCanvas(canvas, AXIS_WIDTH + plot, HEIGHT + LABEL_HEIGHT, ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const monospace = readMonospace(canvas);
  const top = 8;
  const height = HEIGHT - top;
  drawDecades(context, {top, height, width: AXIS_WIDTH + plot, font: "11px sans-serif"}, [
    readColor(canvas, "rule-soft"),
    readColor(canvas, "ink-soft")
  ]);
  const columns = Math.min(count, Math.floor(plot * ratio));
  const heights = columnHeights(ids, tempered, columns);
  const step = plot / Math.max(1, columns);
  const gap = step >= 4 ? 1 : 0;
  const solid = readColor(canvas, "probability");
  const cut = hatch(context, readColor(canvas, "ink-soft"), ratio);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * count) / columns);
    const h = Math.max(heights[column]! * height, 1);
    context.fillStyle = from < kept ? solid : cut;
    context.fillRect(AXIS_WIDTH + column * step, HEIGHT - h, step - gap, h);
  }
  if (count > 0) {
    drawMarker(
      context,
      AXIS_WIDTH + (rank / count) * plot,
      top,
      plot / count - gap,
      readColor(canvas, "ink")
    );
  }
  if (step >= 9 && columns === count) {
    context.font = `11px ${monospace}`;
    context.textAlign = "center";
    context.textBaseline = "top";
    const [ink, soft] = [readColor(canvas, "ink"), readColor(canvas, "ink-soft")];
    for (let i = 0; i < count; i++) {
      const text = visibleToken(vocabulary[ids[i]!] ?? "");
      context.fillStyle = i < kept ? ink : soft;
      if (text.length === 1) context.fillText(text, AXIS_WIDTH + (i + 0.5) * step, HEIGHT + 3);
    }
  } else if (kept < count) {
    context.font = "11px sans-serif";
    context.textAlign = kept > count / 2 ? "right" : "left";
    context.textBaseline = "top";
    context.fillStyle = readColor(canvas, "ink-soft");
    const x = AXIS_WIDTH + (kept / count) * plot;
    context.fillText(kept > count / 2 ? "cut from here →" : "→ cut from here", x, HEIGHT + 3);
  }
  return {start: AXIS_WIDTH, width: plot};
}

/** The rank read out: a frame round its column, or a hairline with a tip where columns are thin. */
function drawMarker(
  context: CanvasRenderingContext2D,
  x: number,
  top: number,
  width: number,
  ink: string
): void {
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = width >= 5 ? 1.5 : 1;
  if (width >= 5) {
    context.strokeRect(x - 0.5, top, width + 1, HEIGHT - top);
    return;
  }
  const middle = x + width / 2;
  context.beginPath();
  context.moveTo(middle, HEIGHT);
  context.lineTo(middle, top);
  context.stroke();
  context.beginPath();
  context.moveTo(middle - 4, 1);
  context.lineTo(middle + 4, 1);
  context.lineTo(middle, top);
  context.fill();
}

function drawDecades(
  context: CanvasRenderingContext2D,
  {top, height, width, font}: {top: number; height: number; width: number; font: string},
  [rule, ink]: [string, string]
): void {
  context.font = font;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let decade = 0; decade <= DECADES; decade += 2) {
    const y = Math.round(top + (decade / DECADES) * height) + 0.5;
    context.fillStyle = rule;
    context.fillRect(AXIS_WIDTH, y - 0.5, width - AXIS_WIDTH, 1);
    context.fillStyle = ink;
    context.fillText(["100%", "", "1%", "", "0.01%", "", "10⁻⁶"][decade]!, AXIS_WIDTH - 5, y);
  }
}

const hatches = new Map<string, CanvasPattern>();

/** Diagonal lines on nothing: what was cut, told apart without colour. */
function hatch(context: CanvasRenderingContext2D, color: string, ratio: number): CanvasPattern | string {
  const made = hatches.get(`${color} ${ratio}`);
  if (made) return made;
  const side = Math.round(5 * ratio);
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const pen = tile.getContext("2d");
  if (!pen) return color;
  pen.strokeStyle = color;
  pen.lineWidth = 1.2 * ratio;
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  if (!pattern) return color;
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  hatches.set(`${color} ${ratio}`, pattern);
  return pattern;
}

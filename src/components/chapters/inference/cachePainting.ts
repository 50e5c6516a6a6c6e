import type {Surface} from "../../views/canvas.js";
import {sizeCanvas} from "../../views/canvas.js";
import {parseHex, rampPixels, readColor} from "../../views/colors.js";
import {type CacheTrace, stripCount} from "./cacheTrace.js";

/** CSS pixels: room above for the heads' numbers and left for the layers', between pictures, and under each for its mark. */
const TOP = 20;
const LEFT = 22;
const GAP = 8;
const MARK = 4;

/** Height of one head's keys, or values; shorter where there are many layers. */
const stripHeight = ({shape: {layers}}: CacheTrace): number => (layers <= 4 ? 26 : 16);

/** Height of the whole picture. */
export const cacheHeight = (trace: CacheTrace): number =>
  TOP + trace.shape.layers * (2 * (stripHeight(trace) + MARK) + GAP);

/**
 * All strips below one another in pixels of their own, one a number: [strips · D, T]. Made once for a text and a theme;
 * what is shown of it is cut out.
 */
function strips(trace: CacheTrace, canvas: HTMLCanvasElement): HTMLCanvasElement {
  const {shape, tokens, levels} = trace;
  const {headWidth: D} = shape;
  const T = tokens.length;
  const drawn = document.createElement("canvas");
  drawn.width = Math.max(1, T);
  drawn.height = Math.max(1, stripCount(shape) * D);
  const context = drawn.getContext("2d");
  if (!context || T === 0) return drawn;
  const paper = parseHex(readColor(canvas, "paper-sunk"));
  const ramps = ["key", "value"].map((name) => rampPixels([paper, parseHex(readColor(canvas, name))], 16));
  const image = context.createImageData(drawn.width, drawn.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let strip = 0; strip < stripCount(shape); strip++)
    for (let t = 0; t < T; t++)
      for (let d = 0; d < D; d++)
        pixels[(strip * D + d) * T + t] = ramps[strip % 2]![levels[(strip * T + t) * D + d]!]!;
  context.putImageData(image, 0, 0);
  return drawn;
}

/** A painter that keeps the strips of the last text, until the text or the theme is another. */
export function cachePainter() {
  let kept: {trace: CacheTrace; ink: string; drawn: HTMLCanvasElement} | null = null;
  /**
   * Paints what the cache holds after `filled` tokens; what the last of them took to compute is underlined: that token's
   * own keys and values, or `isAnew` all of them. Room for `capacity` tokens.
   */
  return function paint(
    {context, width, ratio}: Surface,
    canvas: HTMLCanvasElement,
    {trace, filled, capacity, isAnew}: {trace: CacheTrace; filled: number; capacity: number; isAnew: boolean}
  ): void {
    const ink = readColor(canvas, "ink-soft");
    if (kept?.trace !== trace || kept.ink !== ink) kept = {trace, ink, drawn: strips(trace, canvas)};
    const {layers, heads, headWidth: D} = trace.shape;
    const height = stripHeight(trace);
    sizeCanvas(canvas, width, cacheHeight(trace), ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, cacheHeight(trace));
    context.imageSmoothingEnabled = false;
    context.font = "12px sans-serif";
    context.textBaseline = "middle";
    const cell = (width - LEFT) / heads;
    const room = cell - GAP;
    const column = room / capacity;
    const [computed, empty] = [readColor(canvas, "surprise"), readColor(canvas, "rule-soft")];
    for (let head = 0; head < heads; head++) {
      context.fillStyle = ink;
      context.textAlign = "left";
      context.fillText(`${head + 1}`, LEFT + head * cell, TOP / 2);
    }
    for (let layer = 0; layer < layers; layer++) {
      const top = TOP + layer * (2 * (height + MARK) + GAP);
      context.fillStyle = ink;
      context.fillText(`${layer + 1}`, 2, top + height);
      for (let head = 0; head < heads; head++)
        for (let kind = 0; kind < 2; kind++) {
          const [x, y] = [LEFT + head * cell, top + kind * (height + MARK)];
          context.strokeStyle = empty;
          context.strokeRect(x + 0.5, y + 0.5, room - 1, height - 1);
          if (filled === 0) continue;
          const from = ((layer * heads + head) * 2 + kind) * D;
          context.drawImage(kept.drawn, 0, from, filled, D, x, y, filled * column, height);
          context.fillStyle = computed;
          const start = isAnew ? 0 : filled - 1;
          context.fillRect(
            x + start * column,
            y + height + 1,
            Math.max(1.5, (filled - start) * column),
            MARK - 2
          );
        }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  };
}

import {html} from "htl";
import {paintWhenSized, type Surface, sizeCanvas} from "../../views/canvas.js";
import {parseHex, rampPixels, readColor, readMonospace} from "../../views/colors.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {visibleToken} from "../../views/format.js";
import {cellByKey} from "../../views/gridKeys.js";

/** A pair of tokens by their ids: the row came first, the column followed. */
export interface Pair {
  row: number;
  column: number;
}

export interface PairMapData {
  title: string;
  /** [V, V], row-major: the probability of the column after the row. */
  table: ArrayLike<number>;
  vocabulary: readonly string[];
  selected: Pair;
}

export interface PairMapOptions {
  /** A pair in words: what is read out. */
  describe: (pair: Pair) => string;
  /** A pair chosen by click or arrow keys. */
  onSelect: (pair: Pair) => void;
  /** A pair under the pointer; null when it left. */
  onHover?: (pair: Pair | null) => void;
}

/** Rows that Page Up and Page Down go. */
const PAGE = 10;
const LARGEST_CELL = 11;
const LABELLED_CELL = 7;
/** What is less likely has the colour of the page. */
const LEAST = 1e-4;
/** Room for labels, which are single characters, in CSS pixels. */
const GUTTER = 16;

/**
 * A table of probabilities as a square of V × V, the deeper the colour the likelier; what hardly ever happens has the
 * colour of the page. A slider over all pairs for the keyboard: arrows walk rows and columns.
 */
export function pairMap(
  data: PairMapData,
  {describe, onSelect, onHover}: PairMapOptions
): Figure<PairMapData> {
  let current = data;
  let cell = 1;
  const title = html`<p class="figure-title"></p>`;
  const canvas = html`<canvas tabindex="0" role="slider" aria-valuemin="1"></canvas>` as HTMLCanvasElement;
  const frame = html`<div class="pair-frame">${canvas}</div>` as HTMLElement;
  const node = html`<div class="pair-map">${title}${frame}</div>`;
  const repaint = paintWhenSized(frame, canvas, (surface) => {
    cell = paintPairs(surface, canvas, current);
  });

  function show(): void {
    const {vocabulary, selected} = current;
    const V = vocabulary.length;
    setText(title, current.title);
    canvas.setAttribute("aria-label", `${current.title}: a pair`);
    canvas.setAttribute("aria-valuemax", String(V * V));
    canvas.setAttribute("aria-valuenow", String(selected.row * V + selected.column + 1));
    canvas.setAttribute("aria-valuetext", describe(selected));
    repaint();
  }
  function pairAt(event: MouseEvent): Pair | null {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - GUTTER) / cell);
    const row = Math.floor((event.clientY - box.top - GUTTER) / cell);
    const V = current.vocabulary.length;
    return row >= 0 && column >= 0 && row < V && column < V ? {row, column} : null;
  }
  canvas.addEventListener("pointermove", (event) => onHover?.(pairAt(event)));
  canvas.addEventListener("pointerleave", () => onHover?.(null));
  canvas.addEventListener("click", (event) => {
    const pair = pairAt(event);
    if (pair) onSelect(pair);
  });
  canvas.addEventListener("keydown", (event) => {
    const V = current.vocabulary.length;
    const next = cellByKey(event.key, current.selected, {rows: V, columns: V}, PAGE);
    if (!next) return;
    event.preventDefault();
    onSelect(next);
  });
  show();
  return asFigure(node, (next: PairMapData) => {
    current = next;
    show();
  });
}

/** The colours of the squares, little-endian RGBA: `paper` below 0.01%, the ramp by the square root of p for the rest. */
export function pairPixels(
  table: ArrayLike<number>,
  size: number,
  {ramp, paper, side}: {ramp: Uint32Array; paper: number; side: number}
): Uint32Array {
  const pixels = new Uint32Array((size * side) ** 2);
  for (let i = 0; i < size * size; i++) {
    const p = table[i]!;
    const color = p >= LEAST ? ramp[Math.round(Math.sqrt(Math.min(1, p)) * (ramp.length - 1))]! : paper;
    const start = Math.floor(i / size) * side * size * side + (i % size) * side;
    for (let y = 0; y < side; y++)
      pixels.fill(color, start + y * size * side, start + y * size * side + side);
  }
  return pixels;
}

/** Paints the table and returns the side of a cell in CSS pixels. */
function paintPairs(
  {context, width, ratio}: Surface,
  canvas: HTMLCanvasElement,
  {table, vocabulary, selected}: PairMapData
): number {
  const V = vocabulary.length;
  const side = Math.max(
    1,
    Math.min(Math.round(LARGEST_CELL * ratio), Math.floor(((width - GUTTER - 2) * ratio) / V))
  );
  const start = Math.round(GUTTER * ratio);
  const extent = (start + side * V) / ratio + 2;
  sizeCanvas(canvas, extent, extent, ratio);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const sunk = parseHex(readColor(canvas, "paper-sunk"));
  const full = parseHex(readColor(canvas, "probability"));
  const ramp = rampPixels([sunk, full]);
  const [paper] = rampPixels([parseHex(readColor(canvas, "paper"))], 1);
  const image = context.createImageData(side * V, side * V);
  new Uint32Array(image.data.buffer).set(pairPixels(table, V, {ramp, paper: paper!, side}));
  context.putImageData(image, start, start);

  const cell = side / ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.translate(start / ratio, start / ratio);
  const ink = readColor(canvas, "ink");
  const soft = readColor(canvas, "ink-soft");
  context.strokeStyle = readColor(canvas, "rule");
  context.lineWidth = 1;
  context.strokeRect(-0.5, -0.5, V * cell + 1, V * cell + 1);
  const {row, column} = selected;
  context.strokeRect(-0.5, row * cell - 0.5, V * cell + 1, cell + 1);
  context.strokeRect(column * cell - 0.5, -0.5, cell + 1, V * cell + 1);
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.strokeRect(column * cell - 1, row * cell - 1, cell + 2, cell + 2);

  const monospace = readMonospace(canvas);
  for (let i = 0; i < V; i++) {
    const isAll = cell >= LABELLED_CELL;
    const text = visibleToken(vocabulary[i]!);
    const draw = (isChosen: boolean, x: number, y: number) => {
      if (!isAll && !isChosen) return;
      context.font = `${isChosen ? "bold 13" : Math.min(11, cell)}px ${monospace}`;
      context.fillStyle = isChosen ? ink : soft;
      context.fillText(text, x, y);
    };
    context.textBaseline = "middle";
    context.textAlign = "center";
    draw(i === row, -8, (i + 0.5) * cell);
    draw(i === column, (i + 0.5) * cell, -8);
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  return cell;
}

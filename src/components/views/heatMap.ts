import {html} from "htl";
import {paintHead, strongestKeys} from "./attentionPixels.js";
import {paintWhenSized, type Surface, sizeCanvas} from "./canvas.js";
import {rampPixels, readColor, readMonospace, readRamp} from "./colors.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {formatCount, formatPercent, tokenName, visibleToken} from "./format.js";

export interface HeatMapData {
  /** [T, T], row-major: the weight of query (row) on key (column). */
  weights: Float32Array;
  /** The T tokens. */
  tokens: readonly string[];
  /** Whether queries see no later keys; so unless told otherwise. */
  causal?: boolean;
  title: string;
  /** The query whose row is read out. */
  selected: number;
}

export interface HeatMapOptions {
  /** The query and key under the pointer; null when it left. */
  onHover?: (cell: {query: number; key: number} | null) => void;
  /** A query chosen by click or arrow keys. */
  onSelect?: (query: number) => void;
}

/** Largest side of a cell, and the least side at which every token is labelled, in CSS pixels. */
const LARGEST_CELL = 30;
const LABELLED_CELL = 8;
const LARGEST_SIDE = 640;
/** Room below and right of the map, so that the last labels are whole. */
const PADDING = 7;

/**
 * One head's attention, large. The canvas is a slider over queries for the keyboard; the row it is on is
 * said in words and, on request, as a table.
 */
export function heatMap(data: HeatMapData, {onHover, onSelect}: HeatMapOptions = {}): Figure<HeatMapData> {
  let current = data;
  let hovered: {query: number; key: number} | null = null;
  let layout = {gutter: 0, cell: 1};

  const title = html`<p class="figure-title"></p>`;
  const canvas = html`<canvas class="heat-canvas" tabindex="0" role="slider" aria-orientation="vertical"
    aria-valuemin="1"></canvas>` as HTMLCanvasElement;
  const frame = html`<div class="heat-frame">${canvas}</div>`;
  const reading = html`<p class="figure-reading" aria-live="polite"></p>`;
  const body = html`<tbody></tbody>`;
  const details = html`<details class="figure-table"><summary>This row as a table</summary>
    <div class="scroll"><table><thead><tr><th scope="col">Position</th><th scope="col">Key</th>
      <th scope="col">Weight</th></tr></thead>${body}</table></div></details>` as HTMLDetailsElement;
  const node = html`<figure class="figure heat-map">${title}${frame}${attentionLegend()}${reading}${details}</figure>`;

  const row = () => hovered?.query ?? current.selected;

  function paint(surface: Surface): void {
    layout = paintHeatMap(surface, canvas, current, row(), hovered?.key ?? null);
  }
  const repaint = paintWhenSized(frame, canvas, paint);

  function describe(): void {
    const {weights, tokens, causal} = current;
    setText(title, current.title);
    canvas.setAttribute("aria-label", `${current.title}: query`);
    canvas.setAttribute("aria-valuemax", String(Math.max(1, tokens.length)));
    canvas.setAttribute("aria-valuenow", String(current.selected + 1));
    canvas.setAttribute("aria-valuetext", valueText(current));
    setText(reading, readRow(weights, tokens, row(), causal));
    if (details.open) fillTable();
  }

  function fillTable(): void {
    const {weights, tokens, causal = true} = current;
    const size = tokens.length;
    const query = current.selected;
    body.replaceChildren(
      ...Array.from({length: causal ? Math.min(size, query + 1) : size}, (_, key) => {
        const weight = weights[query * size + key]!;
        return html`<tr><td>${key + 1}</td><td><code>${visibleToken(tokens[key]!)}</code></td><td>${formatPercent(weight)}</td></tr>`;
      })
    );
  }
  details.addEventListener("toggle", () => details.open && fillTable());

  function cellAt(event: PointerEvent | MouseEvent): {query: number; key: number} | null {
    const box = canvas.getBoundingClientRect();
    const key = Math.floor((event.clientX - box.left - layout.gutter) / layout.cell);
    const query = Math.floor((event.clientY - box.top - layout.gutter) / layout.cell);
    const {causal = true, tokens} = current;
    const last = causal ? query : tokens.length - 1;
    return key >= 0 && query >= 0 && key <= last && query < tokens.length ? {query, key} : null;
  }
  function hover(cell: {query: number; key: number} | null): void {
    if (cell?.query === hovered?.query && cell?.key === hovered?.key) return;
    hovered = cell;
    repaint();
    describe();
    onHover?.(cell);
  }
  function select(query: number): void {
    const next = Math.max(0, Math.min(current.tokens.length - 1, query));
    if (next === current.selected || current.tokens.length === 0) return;
    current = {...current, selected: next};
    repaint();
    describe();
    onSelect?.(next);
  }
  canvas.addEventListener("pointermove", (event) => hover(cellAt(event)));
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell) select(cell.query);
  });
  canvas.addEventListener("keydown", (event) => {
    const to: Record<string, number> = {
      ArrowUp: current.selected - 1,
      ArrowLeft: current.selected - 1,
      ArrowDown: current.selected + 1,
      ArrowRight: current.selected + 1,
      PageUp: current.selected - 10,
      PageDown: current.selected + 10,
      Home: 0,
      End: current.tokens.length - 1
    };
    const query = to[event.key];
    if (query === undefined) return;
    event.preventDefault();
    hover(null);
    select(query);
  });

  describe();
  return asFigure(node, (next: HeatMapData) => {
    current = next;
    if (hovered && hovered.query >= next.tokens.length) hovered = null;
    repaint();
    describe();
  });
}

function valueText({tokens, selected}: HeatMapData): string {
  const token = tokens[selected];
  return token === undefined ? "no tokens" : `token ${selected + 1} of ${tokens.length}, ${tokenName(token)}`;
}

/** "Token 7, 'a', attends to: token 3, 't', 41%; …" */
export function readRow(
  weights: Float32Array,
  tokens: readonly string[],
  query: number,
  causal = true
): string {
  const token = tokens[query];
  if (token === undefined) return "No tokens yet.";
  const strongest = strongestKeys(weights, tokens.length, query, 4, causal);
  const asker = `Token ${formatCount(query + 1)}, ${tokenName(token)}`;
  if (strongest.length === 0) return `${asker}, has no attention weights.`;
  const keys = strongest.map(({key, weight}) => {
    const where = key === query ? "itself" : `token ${formatCount(key + 1)}, ${tokenName(tokens[key]!)},`;
    return `${where} ${formatPercent(weight)}`;
  });
  return `${asker}, attends to ${keys.join("; ")}.`;
}

function attentionLegend(): Element {
  return html`<div class="legend" role="img" aria-label="Colour scale: attention weight from 0, pale, to 1, strong">
    <span class="legend-title">Weight</span><span>0</span><span class="legend-ramp"></span><span>1</span>
    <span class="legend-note">colour follows the square root</span></div>`;
}

function paintHeatMap(
  {context, width, ratio}: Surface,
  canvas: HTMLCanvasElement,
  {weights, tokens, causal = true}: HeatMapData,
  query: number,
  key: number | null
): {gutter: number; cell: number} {
  const size = tokens.length;
  const labels = tokens.map(visibleToken);
  const monospace = readMonospace(canvas);
  context.font = `12px ${monospace}`;
  const widest = labels.reduce((w, label) => Math.max(w, Math.min(8, label.length)), 1);
  const gutter = Math.ceil(context.measureText("m".repeat(widest)).width) + 12;
  const room = Math.min(LARGEST_SIDE, width - gutter - PADDING);
  const cell = Math.min(LARGEST_CELL * ratio, Math.floor((room * ratio) / Math.max(1, size)));
  const side = cell >= 1 ? cell * size : Math.floor(room * ratio);
  const start = Math.round(gutter * ratio);
  const extent = (start + side) / ratio + PADDING;
  sizeCanvas(canvas, extent, extent, ratio);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (size === 0 || side < 1) return {gutter, cell: 1};

  const image = context.createImageData(side, side);
  const ramp = rampPixels(readRamp(canvas, "attention"));
  const head = {weights, offset: 0, size, side, x: 0, y: 0, causal};
  paintHead(new Uint32Array(image.data.buffer), side, ramp, head);
  context.putImageData(image, start, start);

  const step = side / ratio / size;
  const ink = readColor(canvas, "ink");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.translate(start / ratio, start / ratio);
  drawEdge(context, size, step, causal, readColor(canvas, "rule-soft"));
  const row = {query, key, length: causal ? query + 1 : size, step};
  drawSelection(context, row, {query: readColor(canvas, "query"), key: readColor(canvas, "key")});
  drawLabels(context, {labels, step, query, key, monospace, ink, muted: readColor(canvas, "ink-soft")});
  context.setTransform(1, 0, 0, 1, 0, 0);
  return {gutter: start / ratio, cell: step};
}

/** The edge of what queries may see: without a causal mask the square, with it a stair, right of which lies the future. */
function drawEdge(
  context: CanvasRenderingContext2D,
  size: number,
  step: number,
  causal: boolean,
  color: string
): void {
  context.beginPath();
  context.moveTo(0, 0);
  if (!causal) context.lineTo(size * step, 0);
  else if (step < 5) context.lineTo(step, 0);
  else
    for (let i = 0; i < size; i++) {
      context.lineTo((i + 1) * step, i * step);
      context.lineTo((i + 1) * step, (i + 1) * step);
    }
  context.lineTo(size * step, size * step);
  context.lineTo(0, size * step);
  context.closePath();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.stroke();
}

function drawSelection(
  context: CanvasRenderingContext2D,
  {query, key, length, step}: {query: number; key: number | null; length: number; step: number},
  colors: {query: string; key: string}
): void {
  context.lineWidth = 1.5;
  context.strokeStyle = colors.query;
  context.strokeRect(0, query * step, length * step, step);
  if (key === null) return;
  context.strokeStyle = colors.key;
  context.strokeRect(key * step, query * step, step, step);
}

interface Labels {
  labels: string[];
  step: number;
  query: number;
  key: number | null;
  monospace: string;
  ink: string;
  muted: string;
}

/** Queries down the left side, keys along the top; where cells are too small, only those pointed at. */
function drawLabels(
  context: CanvasRenderingContext2D,
  {labels, step, query, key, monospace, ink, muted}: Labels
): void {
  const every = step >= LABELLED_CELL;
  const small = `${Math.min(12, Math.max(8, step))}px ${monospace}`;
  const full = `12px ${monospace}`;
  context.textBaseline = "middle";
  for (let i = 0; i < labels.length; i++) {
    const text = labels[i]!.length > 8 ? `${labels[i]!.slice(0, 7)}…` : labels[i]!;
    if (every || i === query) {
      context.fillStyle = i === query ? ink : muted;
      context.font = i === query ? full : small;
      context.textAlign = "right";
      context.fillText(text, -6, (i + 0.5) * step);
    }
    if (every || i === key) {
      context.fillStyle = i === key ? ink : muted;
      context.font = i === key ? full : small;
      context.save();
      context.translate((i + 0.5) * step, -6);
      if (text.length > 1) context.rotate(-Math.PI / 2);
      context.textAlign = text.length > 1 ? "left" : "center";
      if (text.length === 1) context.textBaseline = "bottom";
      context.fillText(text, 0, 0);
      context.restore();
    }
  }
}

import {html} from "htl";
import {paintWhenSized, type Surface, sizeCanvas} from "./canvas.js";
import {parseHex, rampPixels, readColor} from "./colors.js";
import {asFigure, type Figure, setText} from "./figure.js";
import {type Cell, cellByKey, cellInside} from "./gridKeys.js";
import {CHART_SIDES, LARGEST_WIDTH} from "./lineChart.js";

export interface TableMapData {
  title: string;
  /** Row-major, rows × columns. */
  values: ArrayLike<number>;
  rows: number;
  columns: number;
  /** The number that is paper, and the one that is ink. */
  low: number;
  high: number;
  /** Whether there are numbers beyond these two. */
  isCut?: boolean;
  selected: Cell;
  /** What stands beside the selected row and above the selected column; their indices when absent. */
  labels?: {row: string; column: string};
  /** The selected cell in words, which is what the keyboard hears. */
  reading: string;
}

export interface TableMapOptions {
  /** What rows and columns are: "dimension", "position". */
  rowName: string;
  columnName: string;
  /** Height in CSS pixels; a square when absent. */
  height?: number;
  largestWidth?: number;
  onSelect(cell: Cell): void;
}

const TOP = 16;
const BOTTOM = 4;

/**
 * A large table as shades from paper to ink, with a cross on one cell. The pointer and the arrow keys move the cross;
 * what it stands on is said in words.
 */
export function tableMap(data: TableMapData, options: TableMapOptions): Figure<TableMapData> {
  const {rowName, columnName, height, largestWidth = LARGEST_WIDTH, onSelect} = options;
  let current = data;
  let side = 1;
  const title = html`<p class="figure-title"></p>`;
  const canvas =
    html`<canvas class="order-map" tabindex="0" role="slider" aria-valuemin="1"></canvas>` as HTMLCanvasElement;
  const frame = html`<div class="order-map-frame" style=${
    height === undefined
      ? `max-width: ${largestWidth}px; height: 0; padding-bottom: calc(min(100%, ${largestWidth}px) - ${CHART_SIDES.left + CHART_SIDES.right - TOP - BOTTOM}px)`
      : `height: ${height + TOP + BOTTOM}px`
  }>${canvas}</div>`;
  const low = html`<span></span>`;
  const high = html`<span></span>`;
  const legend = html`<div class="legend">${low}<span class="order-ramp"></span>${high}
    <span class="legend-note">across: ${columnName}; down: ${rowName}</span></div>`;
  const reading = html`<p class="figure-reading"></p>`;
  const node = html`<div class="order-table">${title}${frame}${legend}${reading}</div>`;

  const extent = () => ({
    width: side - CHART_SIDES.left - CHART_SIDES.right,
    height: height ?? side - CHART_SIDES.left - CHART_SIDES.right
  });
  const repaint = paintWhenSized(frame, canvas, (surface: Surface) => {
    side = Math.min(largestWidth, surface.width);
    paint(surface, canvas, current, side, extent());
  });

  function describe(): void {
    const {rows, columns, selected} = current;
    setText(title, current.title);
    setText(low, `${String(current.low).replace("-", "−")}${current.isCut ? " and less" : ""}`);
    setText(high, `${current.high}${current.isCut ? " and more" : ""}`);
    setText(reading, current.reading);
    canvas.setAttribute("aria-label", `${current.title}: cell`);
    canvas.setAttribute("aria-valuemax", String(rows * columns));
    canvas.setAttribute("aria-valuenow", String(selected.row * columns + selected.column + 1));
    canvas.setAttribute("aria-valuetext", current.reading);
  }

  function follow(event: PointerEvent): void {
    const box = canvas.getBoundingClientRect();
    const {width, height} = extent();
    const column = Math.floor(((event.clientX - box.left - CHART_SIDES.left) / width) * current.columns);
    const row = Math.floor(((event.clientY - box.top - TOP) / height) * current.rows);
    onSelect(cellInside({row, column}, current));
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons > 0) follow(event);
  });
  canvas.addEventListener("keydown", (event) => {
    const cell = cellByKey(event.key, current.selected, current);
    if (!cell) return;
    event.preventDefault();
    onSelect(cell);
  });

  describe();
  return asFigure(node, (next) => {
    current = next;
    repaint();
    describe();
  });
}

function paint(
  {context, ratio}: Surface,
  canvas: HTMLCanvasElement,
  {values, rows, columns, low, high, selected, labels}: TableMapData,
  side: number,
  {width, height}: {width: number; height: number}
): void {
  sizeCanvas(canvas, side, height + TOP + BOTTOM, ratio);
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const ramp = rampPixels([parseHex(readColor(canvas, "paper")), parseHex(readColor(canvas, "ink"))]);
  for (let i = 0; i < pixels.length; i++) {
    const share = Math.max(0, Math.min(1, (values[i]! - low) / (high - low)));
    pixels[i] = ramp[Math.round(share * (ramp.length - 1))]!;
  }
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  small.getContext("2d")!.putImageData(image, 0, 0);

  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, side, height + TOP + BOTTOM);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, CHART_SIDES.left, TOP, width, height);
  context.strokeStyle = readColor(canvas, "rule");
  context.lineWidth = 1;
  context.strokeRect(CHART_SIDES.left, TOP, width, height);

  const [x, y] = [
    CHART_SIDES.left + (selected.column * width) / columns,
    TOP + (selected.row * height) / rows
  ];
  const [cellWidth, cellHeight] = [width / columns, height / rows];
  context.lineWidth = 1.5;
  context.strokeStyle = readColor(canvas, "query");
  outline(context, {x, y: TOP, width: cellWidth, height});
  context.strokeStyle = readColor(canvas, "key");
  outline(context, {x: CHART_SIDES.left, y, width, height: cellHeight});
  context.fillStyle = readColor(canvas, "ink-soft");
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText(labels?.column ?? String(selected.column), x + width / columns / 2, TOP - 4);
  context.textAlign = "right";
  context.fillText(labels?.row ?? String(selected.row), CHART_SIDES.left - 5, y + height / rows / 2 + 4);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** Cells thinner than this would be hidden by a line on either side: a single one is drawn through them. */
const THIN = 5;

function outline(
  context: CanvasRenderingContext2D,
  {x, y, width, height}: {x: number; y: number; width: number; height: number}
): void {
  if (width >= THIN && height >= THIN) {
    context.strokeRect(x, y, width, height);
    return;
  }
  context.beginPath();
  context.moveTo(width < height ? x + width / 2 : x, width < height ? y : y + height / 2);
  context.lineTo(width < height ? x + width / 2 : x + width, width < height ? y + height : y + height / 2);
  context.stroke();
}

import {html} from "htl";
import {paintHead} from "../../views/attentionPixels.js";
import {paintWhenSized, type Surface, sizeCanvas} from "../../views/canvas.js";
import {rampPixels, readRamp} from "../../views/colors.js";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {headName} from "./headFacts.js";

export interface HabitGridData {
  /** [L·H, T, T], row-major. */
  attention: Float32Array;
  /** T */
  size: number;
  nLayer: number;
  nHead: number;
  causal: boolean;
  /** What each head is called, layer by layer. */
  labels: readonly string[];
  /** Counted layer by layer. */
  selected: number;
  /** A head that another figure points at. */
  lit?: number | null | undefined;
}

/** Layers down, heads across: the map of every head with the name of what it does. Arrow keys choose. */
export function habitGrid(
  data: HabitGridData,
  {onSelect}: {onSelect: (head: number) => void}
): Figure<HabitGridData> {
  let current = data;
  const {nLayer, nHead} = data;
  const cells = Array.from({length: nLayer * nHead}, (_, head) => {
    const canvas = html`<canvas aria-hidden="true"></canvas>` as HTMLCanvasElement;
    const frame = html`<span class="habit-map">${canvas}</span>`;
    const label = html`<span class="habit-label"></span>`;
    const button =
      html`<button type="button" role="radio" class="habit">${frame}${label}</button>` as HTMLButtonElement;
    button.addEventListener("click", () => choose(head));
    const repaint = paintWhenSized(frame, canvas, (surface) => paint(surface, canvas, current, head));
    return {button, label, repaint};
  });
  const across = Array.from({length: nHead}, (_, i) => html`<span class="habit-head">head ${i + 1}</span>`);
  const rows = Array.from({length: nLayer}, (_, layer) => layer).flatMap((layer) => [
    html`<span class="habit-layer"><span>layer</span> ${layer + 1}</span>`,
    ...cells.slice(layer * nHead, (layer + 1) * nHead).map(({button}) => button)
  ]);
  const node = html`<div class="habit-grid" role="radiogroup" aria-label="Heads, layer by layer">
    <span aria-hidden="true"></span>${across}${rows}</div>` as HTMLElement;
  node.style.setProperty("--heads", String(nHead));

  function choose(head: number, focus = false): void {
    current = {...current, selected: head};
    mark();
    if (focus) cells[head]!.button.focus();
    onSelect(head);
  }
  function mark(): void {
    cells.forEach(({button, label}, head) => {
      const isChosen = head === current.selected;
      button.setAttribute("aria-checked", String(isChosen));
      button.setAttribute("aria-label", `${headName(head, nHead)}: ${current.labels[head]}`);
      button.tabIndex = isChosen ? 0 : -1;
      button.classList.toggle("lit", head === current.lit);
      setText(label, current.labels[head]!);
    });
  }
  node.addEventListener("keydown", (event) => {
    const {selected} = current;
    const count = cells.length;
    const moves: Record<string, number> = {
      ArrowRight: selected + 1,
      ArrowLeft: selected - 1,
      ArrowDown: selected + nHead,
      ArrowUp: selected - nHead,
      Home: 0,
      End: count - 1
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose((to + count) % count, true);
  });

  mark();
  return asFigure(node, (next: HabitGridData) => {
    const isRedrawn = next.attention !== current.attention;
    current = next;
    mark();
    if (isRedrawn) for (const {repaint} of cells) repaint();
  });
}

function paint(
  {context, width, ratio}: Surface,
  canvas: HTMLCanvasElement,
  {attention, size, causal}: HabitGridData,
  head: number
): void {
  const side = Math.max(1, Math.floor(width * ratio));
  sizeCanvas(canvas, side / ratio, side / ratio, ratio);
  const image = context.createImageData(side, side);
  paintHead(new Uint32Array(image.data.buffer), side, rampPixels(readRamp(canvas, "attention")), {
    weights: attention,
    offset: head * size * size,
    size,
    side,
    causal,
    x: 0,
    y: 0
  });
  context.putImageData(image, 0, 0);
}

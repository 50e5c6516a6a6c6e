import {html} from "htl";
import {paintHead} from "./attentionPixels.js";
import {paintWhenSized, type Surface, sizeCanvas} from "./canvas.js";
import {rampPixels, readRamp} from "./colors.js";
import {asFigure, type Figure} from "./figure.js";

export interface Head {
  layer: number;
  head: number;
}

export interface HeadGridData {
  /** [L, H, T, T], row-major. */
  attention: Float32Array;
  nLayer: number;
  nHead: number;
  /** T */
  size: number;
  /** Whether queries see no later keys; so unless told otherwise. */
  causal?: boolean;
  selected: Head;
}

/** Space between small maps and the largest side of one, in CSS pixels. */
const GAP = 4;
const LARGEST_SIDE = 88;
const MARGIN = 22;

/** Layers down, heads across: every attention map small, each a radio button; arrow keys choose. */
export function headGrid(
  data: HeadGridData,
  {onSelect}: {onSelect?: (head: Head) => void} = {}
): Figure<HeadGridData> {
  let current = data;
  let buttons: HTMLElement[] = [];
  const canvas = html`<canvas aria-hidden="true"></canvas>` as HTMLCanvasElement;
  const overlay =
    html`<div class="head-buttons" role="radiogroup" aria-label="Attention head"></div>` as HTMLElement;
  const frame = html`<div class="head-grid">${canvas}${overlay}</div>` as HTMLElement;

  function build(): void {
    const {nLayer, nHead} = current;
    buttons = Array.from({length: nLayer * nHead}, (_, i) => {
      const [layer, head] = [Math.floor(i / nHead), i % nHead];
      const name = `layer ${layer + 1}, head ${head + 1}`;
      const button =
        html`<button type="button" role="radio" title=${name} aria-label=${name}></button>` as HTMLElement;
      button.addEventListener("click", () => choose({layer, head}));
      return button;
    });
    const across = Array.from(
      {length: nHead},
      (_, i) => html`<span class="head-name" aria-hidden="true">${i + 1}</span>`
    );
    const down = Array.from(
      {length: nLayer},
      (_, i) => html`<span class="head-name" aria-hidden="true">${i + 1}</span>`
    );
    overlay.replaceChildren(html`<span class="head-name head-corner" aria-hidden="true"></span>`, ...across);
    for (let layer = 0; layer < nLayer; layer++)
      overlay.append(down[layer]!, ...buttons.slice(layer * nHead, (layer + 1) * nHead));
    mark();
  }

  function mark(): void {
    const {nHead, selected} = current;
    buttons.forEach((button, i) => {
      const checked = i === selected.layer * nHead + selected.head;
      button.setAttribute("aria-checked", String(checked));
      button.tabIndex = checked ? 0 : -1;
    });
  }

  function choose(selected: Head, focus = false): void {
    current = {...current, selected};
    mark();
    if (focus) buttons[selected.layer * current.nHead + selected.head]?.focus();
    onSelect?.(selected);
  }

  overlay.addEventListener("keydown", (event) => {
    const {nLayer, nHead, selected} = current;
    let {layer, head} = selected;
    if (event.key === "ArrowRight") head = (head + 1) % nHead;
    else if (event.key === "ArrowLeft") head = (head + nHead - 1) % nHead;
    else if (event.key === "ArrowDown") layer = (layer + 1) % nLayer;
    else if (event.key === "ArrowUp") layer = (layer + nLayer - 1) % nLayer;
    else if (event.key === "Home") [layer, head] = [0, 0];
    else if (event.key === "End") [layer, head] = [nLayer - 1, nHead - 1];
    else return;
    event.preventDefault();
    choose({layer, head}, true);
  });

  const repaint = paintWhenSized(frame, canvas, (surface) => paintGrid(surface, canvas, overlay, current));
  build();
  return asFigure(frame, (next: HeadGridData) => {
    const rebuild = next.nLayer !== current.nLayer || next.nHead !== current.nHead;
    current = next;
    if (rebuild) build();
    else mark();
    repaint();
  });
}

/** Every head in one ImageData, in device pixels, and the buttons laid over them. */
function paintGrid(
  {context, width, ratio}: Surface,
  canvas: HTMLCanvasElement,
  overlay: HTMLElement,
  {attention, nLayer, nHead, size, causal = true}: HeadGridData
): void {
  const gap = Math.round(GAP * ratio);
  const room = Math.floor((width - MARGIN) * ratio);
  const side = Math.max(1, Math.min(LARGEST_SIDE * ratio, Math.floor((room - gap * (nHead - 1)) / nHead)));
  const [across, down] = [nHead * side + (nHead - 1) * gap, nLayer * side + (nLayer - 1) * gap];
  sizeCanvas(canvas, across / ratio, down / ratio, ratio);
  overlay.style.gap = `${gap / ratio}px`;
  overlay.style.gridTemplateRows = `${MARGIN - gap / ratio}px repeat(${nLayer}, ${side / ratio}px)`;
  overlay.style.gridTemplateColumns = `${MARGIN - gap / ratio}px repeat(${nHead}, ${side / ratio}px)`;
  const image = context.createImageData(across, down);
  const pixels = new Uint32Array(image.data.buffer);
  const ramp = rampPixels(readRamp(canvas, "attention"));
  for (let layer = 0; layer < nLayer; layer++)
    for (let head = 0; head < nHead; head++)
      paintHead(pixels, across, ramp, {
        weights: attention,
        offset: (layer * nHead + head) * size * size,
        size,
        side,
        causal,
        x: head * (side + gap),
        y: layer * (side + gap)
      });
  context.putImageData(image, 0, 0);
}

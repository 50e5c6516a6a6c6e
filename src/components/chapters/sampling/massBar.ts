import {html, svg} from "htl";
import {asFigure, type Figure, uniqueId} from "../../views/figure.js";
import {formatPercent, visibleToken} from "../../views/format.js";
import {watchWidth} from "../../views/watchWidth.js";
import type {Filtered} from "./filterOrder.js";

const HEIGHT = 104;
const BAR = 26;
const BELOW = 62;
/** A segment narrower than this has no letter in it, and one narrower than the second is not drawn apart. */
const LETTER = 13;
const NARROWEST = 0.7;

/** All the mass as one bar, cut into the tokens' shares; below it what is kept, stretched to the same length. */
export function massBar(data: Filtered, vocabulary: readonly string[]): Figure<Filtered> {
  let current = data;
  let width = 640;
  const hatch = uniqueId("hatch");
  const layer = svg`<g></g>`;
  const image = svg`<svg class="mass-bar" role="img" height=${HEIGHT}>
    <defs><pattern id=${hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="cut-hatch" width="1.5" height="4"></rect></pattern></defs>${layer}</svg>` as SVGElement;
  const frame = html`<div class="mass-frame" style=${`height: ${HEIGHT}px`}>${image}</div>`;

  function draw(): void {
    const {ids, tempered, probabilities, kept} = current;
    let mass = 0;
    for (let i = 0; i < kept; i++) mass += tempered[ids[i]!]!;
    const end = width * Math.min(1, mass);
    image.setAttribute("width", String(width));
    image.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    image.setAttribute(
      "aria-label",
      `All the mass as a bar: ${formatPercent(mass)} is kept and stretched to the whole length below.`
    );
    layer.replaceChildren(
      svg`<rect x="0" y="0" width=${end} height=${BAR} class="cut-kept"></rect>`,
      svg`<rect x=${end} y="0" width=${width - end} height=${BAR} style=${`fill: url(#${hatch})`}></rect>`,
      svg`<path class="mass-stretch" d=${`M0 ${BAR}V${BELOW}H${width}L${end.toFixed(1)} ${BAR}z`}></path>`,
      svg`<rect x="0" y=${BELOW} width=${width} height=${BAR} class="cut-kept"></rect>`,
      ...shares(tempered, kept, 0),
      ...shares(probabilities, kept, BELOW),
      svg`<text class="mass-word" x=${width} y=${HEIGHT - 2} text-anchor="end">1</text>`,
      svg`<text class="mass-word" x="0" y=${HEIGHT - 2}>0</text>`
    );
  }

  /** The lines between tokens, and as many letters as fit. */
  function shares(p: Float64Array, kept: number, top: number): Element[] {
    const out: Element[] = [];
    let lines = "";
    let at = 0;
    for (let i = 0; i < kept; i++) {
      const id = current.ids[i]!;
      const wide = width * p[id]!;
      if (wide < NARROWEST) break;
      if (wide >= LETTER)
        out.push(
          svg`<text class="mass-token" x=${at + wide / 2} y=${top + 17} text-anchor="middle">${letters(vocabulary[id] ?? "", wide)}</text>`
        );
      at += wide;
      lines += `M${at.toFixed(1)} ${top}v${BAR}`;
    }
    return [svg`<path class="mass-line" d=${lines}></path>`, ...out];
  }
  watchWidth(frame, width, (next) => {
    width = next;
    draw();
  });
  draw();
  return asFigure(frame, (next: Filtered) => {
    current = next;
    draw();
  });
}

function letters(token: string, wide: number): string {
  const visible = [...visibleToken(token)];
  const fit = Math.floor(wide / 9);
  return visible.length <= fit ? visible.join("") : `${visible.slice(0, Math.max(1, fit - 1)).join("")}…`;
}

import {html, svg} from "htl";
import {asFigure, type Figure, setText} from "../../views/figure.js";
import {formatPercent, visibleToken} from "../../views/format.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import type {Filtered} from "./filterOrder.js";
import {hatching} from "./hatching.js";

const HEIGHT = 104;
const BAR = 26;
const BELOW = 62;
/** A segment narrower than this has no letter in it, and one narrower than the second is not drawn apart. */
const LETTER = 13;
const NARROWEST = 0.7;

/** All the mass as one bar, cut into the tokens' shares; below it what is kept, stretched to the same length. */
export function massBar(data: Filtered, vocabulary: readonly string[]): Figure<Filtered> {
  let current = data;
  let drawnWidth = 0;
  const hatch = hatching();
  const [held, cut, stretch] = [
    svg`<rect y="0" height=${BAR} class="cut-kept"></rect>`,
    svg`<rect y="0" height=${BAR} style=${hatch.fill}></rect>`,
    svg`<path class="mass-stretch"></path>`
  ];
  const whole = svg`<rect y=${BELOW} height=${BAR} width="100%" class="cut-kept"></rect>`;
  const one = svg`<text class="mass-word" y=${HEIGHT - 2} text-anchor="end">1</text>`;
  const above = sharesOf(0);
  const below = sharesOf(BELOW);
  const image = svg`<svg class="mass-bar" role="img" height=${HEIGHT}>
    ${hatch.definition}${held}${cut}${stretch}${whole}${above.node}${below.node}${one}
    <text class="mass-word" x="0" y=${HEIGHT - 2}>0</text></svg>` as SVGElement;
  const frame = html`<div class="mass-frame" style=${`height: ${HEIGHT}px`}>${image}</div>`;

  function draw(width: number): void {
    const {ids, tempered, probabilities, kept} = current;
    let mass = 0;
    for (let i = 0; i < kept; i++) mass += tempered[ids[i]!]!;
    const end = width * Math.min(1, mass);
    if (width !== drawnWidth) resize(width);
    image.setAttribute(
      "aria-label",
      `All the mass as a bar: ${formatPercent(mass)} is kept and stretched to the whole length below.`
    );
    held!.setAttribute("width", String(end));
    cut!.setAttribute("x", String(end));
    cut!.setAttribute("width", String(width - end));
    stretch!.setAttribute("d", `M0 ${BAR}V${BELOW}H${width}L${end.toFixed(1)} ${BAR}z`);
    above.draw(tempered, width);
    below.draw(probabilities, width);
  }

  /** The lines between the kept tokens, and as many letters as fit: texts are kept, and placed anew. */
  function sharesOf(top: number): {node: Element; draw(p: Float64Array, width: number): void} {
    const lines = svg`<path class="mass-line"></path>`;
    const texts: Element[] = [];
    const node = svg`<g>${lines}</g>`;
    return {
      node,
      draw(p, width) {
        let d = "";
        let [at, used] = [0, 0];
        for (let i = 0; i < current.kept; i++) {
          const id = current.ids[i]!;
          const wide = width * p[id]!;
          if (wide < NARROWEST) break;
          if (wide >= LETTER) {
            let text = texts[used++];
            if (!text) {
              text = svg`<text class="mass-token" y=${top + 17} text-anchor="middle"></text>`;
              texts.push(text);
              node.append(text);
            }
            text.setAttribute("x", (at + wide / 2).toFixed(1));
            setText(text, letters(vocabulary[id] ?? "", wide));
          }
          at += wide;
          d += `M${at.toFixed(1)} ${top}v${BAR}`;
        }
        for (const text of texts.splice(used)) text.remove();
        lines.setAttribute("d", d);
      }
    };
  }
  function resize(width: number): void {
    drawnWidth = width;
    image.setAttribute("width", String(width));
    image.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    one.setAttribute("x", String(width));
  }
  const redraw = drawAtWidth(frame, draw);
  return asFigure(frame, (next: Filtered) => {
    current = next;
    redraw();
  });
}

function letters(token: string, wide: number): string {
  const visible = [...visibleToken(token)];
  const fit = Math.floor(wide / 9);
  return visible.length <= fit ? visible.join("") : `${visible.slice(0, Math.max(1, fit - 1)).join("")}…`;
}

import {html, svg} from "htl";
import {asFigure, type Figure} from "../../views/figure.js";
import {drawAtWidth} from "../../views/watchWidth.js";

export interface ProbabilityStripsData {
  /** [N]: the model's probability of each token that came. */
  model: readonly number[];
  /** [N]: the true one; null where it is not known. */
  truth: readonly number[] | null;
  /** The place that is looked at. */
  at: number;
}

const LANE = 46;
/** Room for the names of the lanes, in CSS pixels. */
const SIDE = 46;

/**
 * Two rows of bars that meet in the middle: the model's probability of what came upwards, the true one downwards, so
 * that equal bars are mirror images. `onPoint` hears which place the pointer is at.
 */
export function probabilityStrips(
  data: ProbabilityStripsData,
  {label, onPoint}: {label: string; onPoint: (at: number) => void}
): Figure<ProbabilityStripsData> {
  let current = data;
  let step = 0;
  const here = svg`<rect class="strips-here" y="0"></rect>` as SVGElement;
  const frame = html`<div class="strips"></div>` as HTMLElement;
  // Narrow bars touch: gaps of nearly their own width would only flicker.
  const bar = () => (step < 4 ? step : step - 1);

  function draw(width: number): void {
    const {model, truth} = current;
    step = (width - SIDE) / model.length;
    const height = truth ? 2 * LANE : LANE;
    const bars = (values: readonly number[], up: boolean) =>
      values
        .map((p, i) => {
          const [x, length] = [(SIDE + i * step).toFixed(2), (p * (LANE - 2)).toFixed(1)];
          return `M${x} ${LANE}v${up ? "-" : ""}${length}h${bar().toFixed(2)}V${LANE}z`;
        })
        .join("");
    frame.replaceChildren(svg`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${label}>
      ${here}<path class="strips-model" d=${bars(model, true)}></path>
      ${truth ? svg`<path class="strips-truth" d=${bars(truth, false)}></path>` : null}
      <line x1=${SIDE} x2=${width} y1=${LANE} y2=${LANE}></line>
      <text x="0" y=${LANE / 2 + 4}>model</text>${truth ? svg`<text x="0" y=${1.5 * LANE + 4}>truth</text>` : null}</svg>`);
    here.setAttribute("height", String(height));
    point();
  }
  function point(): void {
    here.setAttribute("x", (SIDE + current.at * step - 1).toFixed(1));
    here.setAttribute("width", (bar() + 2).toFixed(1));
  }
  const pointed = (event: PointerEvent) => {
    const x = event.clientX - frame.getBoundingClientRect().left - SIDE;
    const at = Math.floor(x / step);
    if (at >= 0 && at < current.model.length) onPoint(at);
  };
  frame.addEventListener("pointermove", pointed);
  frame.addEventListener("pointerdown", pointed);
  const redraw = drawAtWidth(frame, draw);
  return asFigure(frame, (next: ProbabilityStripsData) => {
    const same = next.model === current.model && next.truth === current.truth;
    current = next;
    if (same) point();
    else redraw();
  });
}

import {html, svg} from "htl";
import {largestWhole} from "../../exchange/onnx/quantise.js";
import {asFigure, type Figure} from "../../views/figure.js";
import {formatFixed} from "../../views/format.js";
import {keptGroup} from "../../views/keptGroup.js";
import {LARGEST_WIDTH} from "../../views/lineChart.js";
import {drawAtWidth} from "../../views/watchWidth.js";
import {type Bits, roundChannel} from "./rounding.js";

/** CSS pixels. */
const HEIGHT = 220;
const [LEFT, RIGHT] = [44, 8];
/** Grids with more lines than this are not drawn. */
const MOST_LINES = 40;

/** Every weight of a channel where it was and where it is, and the grid it was rounded to where that can be seen. */
export function channelPlot(values: Float32Array, name: string, bits: Bits): Figure<Bits> {
  let current = bits;
  const most = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const limit = 1.08 * most;
  const py = (x: number) => HEIGHT / 2 - (x / limit) * (HEIGHT / 2 - 8);
  const [grid, weights] = [keptGroup(), keptGroup()];
  const errors = svg`<path class="rounding-error"></path>`;
  // Hundreds of dots are one path of points, whose ends are round.
  const kept = svg`<path class="rounding-kept"></path>`;
  const picture = svg`<svg height=${HEIGHT} role="img">
    ${grid.node}${[-most, 0, most].map(
      (x) =>
        svg`<text class="rounding-tick" x=${LEFT - 6} y=${py(x) + 4} text-anchor="end">${formatFixed(x, 2)}</text>`
    )}
    ${errors}${weights.node}${kept}</svg>`;
  const frame = html`<div class="rounding-frame" style=${`height: ${HEIGHT}px`}>${picture}</div>`;

  function draw(width: number): void {
    const rounded = roundChannel(values, current);
    const px = (i: number) => LEFT + ((i + 0.5) * (width - LEFT - RIGHT)) / values.length;
    const at = (x: number, i: number) => `M${px(i).toFixed(1)},${py(x).toFixed(1)}`;
    picture.setAttribute("aria-label", `A channel of ${name} and its weights rounded to ${current} bits`);
    grid.show([width, current], () =>
      gridLines(current, most).map(
        (x) => svg`<line class="rounding-grid" x1=${LEFT} x2=${width - RIGHT} y1=${py(x)} y2=${py(x)}></line>`
      )
    );
    weights.show([width], () => {
      picture.setAttribute("width", String(width));
      picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      return Array.from(
        values,
        (x, i) => svg`<circle class="rounding-weight" cx=${px(i)} cy=${py(x)} r="3"></circle>`
      );
    });
    errors.setAttribute(
      "d",
      Array.from(values, (x, i) => `${at(x, i)}V${py(rounded[i]!).toFixed(1)}`).join("")
    );
    kept.setAttribute("d", Array.from(rounded, (x, i) => `${at(x, i)}h0`).join(""));
  }
  const redraw = drawAtWidth(frame, draw, LARGEST_WIDTH);
  return asFigure(frame, (next) => {
    current = next;
    redraw();
  });
}

/** The values that there are; of too many to be told apart, 0 alone. */
function gridLines(bits: Bits, most: number): number[] {
  const whole = bits < 16 ? largestWhole(bits) : 0;
  const isFine = whole === 0 || 2 * whole + 1 > MOST_LINES;
  return isFine ? [0] : Array.from({length: 2 * whole + 1}, (_, i) => ((i - whole) * most) / whole);
}

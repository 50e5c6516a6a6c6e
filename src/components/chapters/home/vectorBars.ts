import {svg} from "htl";
import {formatFixed} from "../../views/format.js";

const HEIGHT = 36;
const BAR = 3;

/** A vector as bars up and down from a line, one a number; `scale` is the magnitude of the tallest. */
export function vectorBars(values: readonly number[], scale: number, label: string): SVGElement {
  const middle = HEIGHT / 2;
  const path = values
    .map((value, i) => {
      const height = scale > 0 ? Math.max(-1, Math.min(1, value / scale)) * (middle - 1) : 0;
      return `M${i * BAR + 1} ${middle}v${(-height).toFixed(1)}`;
    })
    .join("");
  const width = values.length * BAR;
  const range =
    values.length > 0
      ? `${values.length} numbers from ${formatFixed(Math.min(...values))} to ${formatFixed(Math.max(...values))}`
      : "no numbers";
  return svg`<svg class="vector-bars" viewBox=${`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${label}: ${range}`}>
    <path class="vector-axis" d=${`M0 ${middle}H${width}`}></path><path d=${path}></path></svg>` as SVGElement;
}

import {html} from "htl";
import {formatFixed} from "../../views/format.js";

const HEIGHT = 36;
const BAR = 3;

/** A vector as bars up and down from a line, one a number, with the least and the greatest in words. */
export function vectorBars(values: readonly number[], label: string): HTMLElement {
  const middle = HEIGHT / 2;
  const scale = Math.max(...values.map(Math.abs), 0);
  const path = values
    .map((value, i) => {
      const height = scale > 0 ? (value / scale) * (middle - 1) : 0;
      return `M${i * BAR + 1} ${middle}v${(-height).toFixed(1)}`;
    })
    .join("");
  const width = values.length * BAR;
  const range = `${values.length} numbers from ${formatFixed(Math.min(...values))} to ${formatFixed(Math.max(...values))}`;
  return html`<div class="vector"><svg class="vector-bars" viewBox=${`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${`${label}: ${range}`}>
    <path class="vector-axis" d=${`M0 ${middle}H${width}`}></path><path d=${path}></path></svg>
    <p class="vector-range" aria-hidden="true">${range}</p></div>` as HTMLElement;
}

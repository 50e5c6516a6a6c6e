import {formatFixed} from "../../views/format.js";
import {formatPower} from "../block/formatPower.js";

/** A number of any size in three digits: 0.0107, −0.167; below a thousandth as a power of ten, 8.9 × 10⁻⁷. 0 is 0. */
export function formatSmall(x: number): string {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-3 || size >= 1e4) return (x < 0 ? "−" : "") + formatPower(size);
  // Of the rounded number, for 0.00999… is 0.0100.
  const power = Number(size.toExponential(2).split("e")[1]);
  return formatFixed(x, Math.max(0, 2 - power));
}

/** A learning rate as it is written in settings: 0.003. */
export const formatRate = (rate: number): string => String(Number(rate.toPrecision(3)));

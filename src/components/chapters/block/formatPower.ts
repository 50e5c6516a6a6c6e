const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Norms below this are 0 to whoever squares them in 32 bits. */
export const SMALLEST = 1e-22;

/** A number of any size in two digits: 0.12, 3.5, 4.0 × 10⁻¹⁶; 1, 10⁻² where it is a power of ten. 0 is "< 10⁻²²". */
export function formatPower(x: number): string {
  if (Number.isNaN(x)) return "–";
  if (x === 0) return `< ${power(Math.log10(SMALLEST))}`;
  const exponent = Math.floor(Math.log10(Math.abs(x)) + 1e-9);
  const digits = x / 10 ** exponent;
  if (Math.abs(digits - 1) < 1e-6) return exponent === 0 ? "1" : power(exponent);
  if (exponent >= -3 && exponent <= 3) return Number(x.toPrecision(2)).toString().replace("-", "−");
  return `${digits.toFixed(1).replace("-", "−")} × ${power(exponent)}`;
}

const power = (exponent: number): string =>
  `10${exponent < 0 ? "⁻" : ""}${[...String(Math.abs(Math.round(exponent)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("")}`;

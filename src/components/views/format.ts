/** How numbers and tokens are written everywhere on the site. A value that is not known is an en dash. */

const UNKNOWN = "–";

/** Above it the digits of a double run out, and Intl knows which to leave away. */
const LARGE = 1e9;

/** What Intl.NumberFormat("en-GB") writes, whose first use alone would take a page's first view some 20 ms. */
function decimal(x: number, decimals: number): string {
  const size = Math.abs(x);
  const sign = x < 0 ? "−" : "";
  if (size >= LARGE) {
    const digits = {minimumFractionDigits: decimals, maximumFractionDigits: decimals};
    return sign + new Intl.NumberFormat("en-GB", digits).format(size);
  }
  const [whole = "", fraction] = size.toFixed(decimals).split(".");
  const grouped = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return `${sign}${grouped}${fraction ? `.${fraction}` : ""}`;
}

/** A whole number with separators: 12,288. */
export function formatCount(n: number): string {
  return Number.isFinite(n) ? decimal(Math.round(n), 0) : UNKNOWN;
}

/** A count with its noun: "1 step", "1,200 steps". */
export function formatPlural(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${Math.round(n) === 1 ? one : many}`;
}

/** A number with a fixed number of decimals: 2.206. An infinite one is ∞. */
export function formatFixed(x: number, decimals = 2): string {
  if (Number.isNaN(x)) return UNKNOWN;
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  return decimal(Math.abs(x) < 0.5 * 10 ** -decimals ? 0 : x, decimals);
}

/** A probability as a percentage that never claims to be 0 or 100 when it is not: 12.3%, <0.01%, >99.99%. */
export function formatPercent(p: number): string {
  if (Number.isNaN(p)) return UNKNOWN;
  if (Math.abs(p) < 1e-12) return "0%"; // what rounding leaves of nothing
  if (p > 0 && p < 0.00005) return "<0.01%";
  if (p < 1 && p > 0.99995) return ">99.99%";
  if (p === 1) return "100%";
  return `${formatFixed(100 * p, p < 0.001 || p > 0.999 ? 2 : 1)}%`;
}

/** Information: 2.31 bits. */
export function formatBits(bits: number): string {
  return `${formatFixed(bits, 2)} bits`;
}

/** A file's size in decimal units: 512 bytes, 14.2 kB, 3.7 MB. */
export function formatBytes(n: number): string {
  if (!Number.isFinite(n)) return UNKNOWN;
  if (n < 1000) return formatPlural(n, "byte");
  if (n < 999_950) return `${formatFixed(n / 1e3, 1)} kB`;
  if (n < 999_950_000) return `${formatFixed(n / 1e6, 1)} MB`;
  return `${formatFixed(n / 1e9, 1)} GB`;
}

/** Floating-point operations with a decimal prefix, in three significant figures: "512 FLOP", "2.31 GFLOP". */
export function formatFlops(n: number): string {
  if (!Number.isFinite(n) || n < 0) return UNKNOWN;
  const prefixes = ["", "k", "M", "G", "T", "P"];
  let i = 0;
  let x = n;
  for (; x >= 999.5 && i < prefixes.length - 1; i++) x /= 1000;
  const decimals = i === 0 || x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2;
  return `${formatFixed(x, decimals)} ${prefixes[i]}FLOP`;
}

/** Speed in three significant figures: "14.2 steps/s", "18,300 tokens/s". */
export function formatRate(perSecond: number, unit: string): string {
  const decimals = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
  const rounded = perSecond >= 1000 ? Number(perSecond.toPrecision(3)) : perSecond;
  return `${formatFixed(rounded, decimals)} ${unit}/s`;
}

/** A length of time, in at most two units: "0.4 s", "45 s", "2 min 5 s", "1 h 3 min". */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return UNKNOWN;
  if (seconds < 9.95) return `${formatFixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** A text as a sentence begins with it: "layer 1" becomes "Layer 1". */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const VISIBLE: Record<string, string> = {
  " ": "␣",
  "\n": "⏎",
  "\r": "␍",
  "\t": "⇥",
  "\u007f": "␡",
  "\u00a0": "⍽"
};
const NAMES: Record<string, string> = {
  "": "nothing",
  " ": "space",
  "\n": "newline",
  "\r": "carriage return",
  "\t": "tab",
  "\u00a0": "no-break space"
};

/** Characters that take no room or reorder what surrounds them: joiners, bidirectional controls, half pairs. */
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Zl}|\p{Zp}/u;

/** A token as it is shown where every character must be seen: ␣ for a space, ⏎ for a line's end, ⇥ for a tab. */
export function visibleToken(token: string): string {
  if (token === "") return "∅";
  let out = "";
  for (const character of token) {
    const code = character.codePointAt(0)!;
    if (character in VISIBLE) out += VISIBLE[character];
    else if (code < 32) out += String.fromCodePoint(0x2400 + code);
    else if (INVISIBLE.test(character)) out += `‹${code.toString(16).toUpperCase().padStart(4, "0")}›`;
    else if (out === "" && /\p{M}/u.test(character)) out += `◌${character}`;
    else out += character;
  }
  return out;
}

/** A token as it is spoken in a sentence: 'a', but space and newline by name. */
export function tokenName(token: string): string {
  return NAMES[token] ?? `‘${visibleToken(token)}’`;
}

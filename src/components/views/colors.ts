/**
 * The one language of colour. Values live in `style.css` as custom properties, once for light and once for
 * dark; figures made of elements refer to them through classes, canvases read them here when they paint.
 */

/** Colours that mean the same thing in every figure; each is legible as text on the page (AA). */
export const HUES = ["query", "key", "value", "probability", "gradient", "surprise"] as const;
/** A hue, or the ink of the text for what has no colour of its own. */
export type Hue = (typeof HUES)[number] | "ink";

/** The custom property of a hue. */
export function hue(name: Hue): string {
  return `var(--${name})`;
}

/** Steps of the two ramps, from nothing to most. */
export const RAMP_STEPS = 6;
export type Ramp = "attention" | "surprise";

/** Bits at which the surprise ramp takes its next step; six bits is a blind guess among 64 characters. */
export const SURPRISE_BITS = [0.5, 1.5, 3, 5, 8] as const;

/** The step of the surprise ramp for a token of −log₂ p bits: 0 … 5. NaN, which is "not measured", is 0. */
export function surpriseStep(bits: number): number {
  let step = 0;
  while (step < SURPRISE_BITS.length && bits >= SURPRISE_BITS[step]!) step += 1;
  return step;
}

/**
 * Where a weight in [0, 1] stands on the attention ramp, in [0, 1]: its square root, so that a head which
 * spreads its attention over many tokens is not lost in the paper.
 */
export function attentionPosition(weight: number): number {
  return weight > 0 ? Math.sqrt(Math.min(1, weight)) : 0;
}

/** The step of the attention ramp for a weight: 0 … 5. */
export function attentionStep(weight: number): number {
  return Math.round(attentionPosition(weight) * (RAMP_STEPS - 1));
}

export type Rgb = readonly [red: number, green: number, blue: number];

const UNSTYLED: Rgb = [128, 128, 128];

/** "#rgb" or "#rrggbb" → bytes; anything else is a middle grey, which shows on either theme. */
export function parseHex(text: string): Rgb {
  const match = /^\s*#([0-9a-f]{3}|[0-9a-f]{6})\s*$/i.exec(text);
  if (!match) return UNSTYLED;
  const digits = match[1]!.length === 3 ? match[1]!.replace(/./g, "$&$&") : match[1]!;
  const n = Number.parseInt(digits, 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/**
 * What custom properties of the page were when they were last read. Reading one makes the browser bring every style up
 * to date, which in the middle of a slider's answer costs more than the painting.
 */
const known = new Map<string, string>();

/** For when the theme has changed: colours are read anew. */
export function forgetColors(): void {
  known.clear();
}

function readProperty(node: Element, name: string): string {
  const value = known.get(name) ?? getComputedStyle(node).getPropertyValue(`--${name}`).trim();
  // Before it is in the page, a node has no style.
  if (value !== "") known.set(name, value);
  return value;
}

/** The value that the page's custom property `--name` has under the theme in force; `node` is any in the page. */
export function readColor(node: Element, name: string): string {
  return readProperty(node, name) || "#808080";
}

/** The fonts of tokens, for a canvas. */
export function readMonospace(node: Element): string {
  return readProperty(node, "monospace") || "monospace";
}

/** The stops of a ramp at `node`. */
export function readRamp(node: Element, ramp: Ramp): Rgb[] {
  return Array.from({length: RAMP_STEPS}, (_, i) => parseHex(readColor(node, `${ramp}-${i}`)));
}

/** `size` opaque pixels (little-endian RGBA) evenly along the stops. */
export function rampPixels(stops: readonly Rgb[], size = 256): Uint32Array {
  const pixels = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    const position = size === 1 ? 0 : (i / (size - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(position), Math.max(0, stops.length - 2));
    const [a, b] = [stops[low] ?? UNSTYLED, stops[low + 1] ?? stops[low] ?? UNSTYLED];
    const mix = (channel: 0 | 1 | 2) => Math.round(a[channel] + (b[channel] - a[channel]) * (position - low));
    pixels[i] = (255 << 24) | (mix(2) << 16) | (mix(1) << 8) | mix(0);
  }
  return pixels;
}

/** WCAG 2 contrast ratio of two colours, 1 … 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const luminance = (color: Rgb) => {
    const [r, g, bl] = color.map((byte) => {
      const c = byte / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  };
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

import type {Points} from "../../training/functionFit.js";
import {clamp} from "./plane.js";

/** Places at which the reader's function has a value: from −1 to 1 in steps of a thirtieth. */
export const PLACES = 61;
export const places = Float32Array.from({length: PLACES}, (_, i) => -1 + (2 * i) / (PLACES - 1));

/** What a drawn function stays between. */
export const LIMITS = [-1, 1] as const;

/** Functions to begin with. */
export const PRESETS = {
  wave: (x: number) => 0.8 * Math.sin(6 * x),
  step: (x: number) => (x > 0.2 ? 0.7 : -0.7),
  corner: (x: number) => 1.4 * Math.abs(x) - 0.7
} as const;
export type PresetName = keyof typeof PRESETS;

export function preset(name: PresetName): Points {
  return {x: places, y: places.map(PRESETS[name])};
}

/** The place nearest to x. */
export function placeOf(x: number): number {
  return clamp(Math.round(((x + 1) / 2) * (PLACES - 1)), [0, PLACES - 1]);
}

/** The function after a stroke of the pen from one point to another: all places between take its height. */
export function drawn(
  y: Float32Array,
  from: {x: number; y: number},
  to: {x: number; y: number}
): Float32Array {
  const next = y.slice();
  const [first, last] = [placeOf(from.x), placeOf(to.x)];
  const direction = Math.sign(last - first);
  for (let i = first; ; i += direction) {
    const share = first === last ? 1 : (i - first) / (last - first);
    next[i] = clamp(from.y + share * (to.y - from.y), LIMITS);
    if (i === last) return next;
  }
}

/** Places over which a push of the keyboard fades. */
const SPREAD = 3;

/** The function pushed up or down at a place, and less around it. */
export function pushed(y: Float32Array, place: number, by: number): Float32Array {
  return y.map((value, i) => clamp(value + by * Math.exp(-0.5 * ((i - place) / SPREAD) ** 2), LIMITS));
}

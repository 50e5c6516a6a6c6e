/** Layers that attend, heads of keys and values in each, and numbers in a key. */
export interface CacheShape {
  layers: number;
  heads: number;
  headWidth: number;
}

/** What a cache holds after every token of a text, as a figure draws it. */
export interface CacheTrace {
  shape: CacheShape;
  /** What the tokens add to the text; the first `prompt` of them were given, the others written. */
  tokens: readonly string[];
  prompt: number;
  /** How far each number is from 0, 0 … 15: [layers, heads, 2, T, headWidth], keys before values. */
  levels: Uint8Array;
}

/** The same as JSON, two levels in a byte. */
export interface PackedCache extends Omit<CacheTrace, "levels"> {
  base64: string;
}

/** Keys and values have a picture of their own each: there are so many of them. */
export const stripCount = ({layers, heads}: CacheShape): number => layers * heads * 2;

const MOST = 15;

/**
 * Levels of what was added for each token: T columns [layers, heads, 2, headWidth]. A level grows with the square root
 * of a number's size, as a share of the largest in its head's keys or values.
 */
export function cacheLevels(shape: CacheShape, columns: readonly Float32Array[]): Uint8Array {
  const {headWidth: D} = shape;
  const T = columns.length;
  const levels = new Uint8Array(stripCount(shape) * T * D);
  for (let strip = 0; strip < stripCount(shape); strip++) {
    let largest = 0;
    for (const column of columns)
      for (let d = 0; d < D; d++) largest = Math.max(largest, Math.abs(column[strip * D + d]!));
    if (largest === 0) continue;
    columns.forEach((column, t) => {
      for (let d = 0; d < D; d++) {
        const share = Math.abs(column[strip * D + d]!) / largest;
        levels[(strip * T + t) * D + d] = Math.round(MOST * Math.sqrt(share));
      }
    });
  }
  return levels;
}

export function packCache({levels, ...rest}: CacheTrace): PackedCache {
  const bytes = new Uint8Array(Math.ceil(levels.length / 2));
  levels.forEach((level, i) => {
    bytes[i >> 1]! |= i % 2 === 0 ? level << 4 : level;
  });
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {...rest, base64: btoa(text)};
}

export function unpackCache({base64, ...rest}: PackedCache): CacheTrace {
  const {shape, tokens} = rest;
  const bytes = atob(base64);
  const levels = new Uint8Array(stripCount(shape) * tokens.length * shape.headWidth);
  for (let i = 0; i < levels.length; i++) {
    const byte = bytes.charCodeAt(i >> 1);
    levels[i] = i % 2 === 0 ? byte >> 4 : byte & MOST;
  }
  return {...rest, levels};
}

import {attentionPosition} from "./colors.js";

/** Where one head's weights are, and where in the picture they are drawn. */
export interface HeadPixels {
  /** Row-major T × T matrices, one after another. */
  weights: Float32Array;
  /** Where this head's matrix begins. */
  offset: number;
  /** T, rows (queries) and columns (keys). */
  size: number;
  /** Whether queries see no later keys; so unless told otherwise. */
  causal?: boolean;
  /** The square's side in pixels of the picture. */
  side: number;
  /** Its left upper corner. */
  x: number;
  y: number;
}

/**
 * Paints one head into `picture`, `pitch` pixels a row, through a ramp of opaque pixels. A square with fewer
 * pixels than T shows the largest weight under each pixel, so that a thin diagonal stays whole; a larger one
 * repeats each weight. Where a query may not see the future, what lies above the diagonal is left as it was.
 */
export function paintHead(picture: Uint32Array, pitch: number, ramp: Uint32Array, head: HeadPixels): void {
  const {weights, offset, size, side, x, y, causal = true} = head;
  if (size === 0 || side === 0) return;
  const last = ramp.length - 1;
  if (side >= size) {
    // A cell's first pixel; its colour is found once, and a row of cells drawn once and copied.
    const first = (cell: number) => Math.ceil((cell * side) / size);
    for (let row = 0; row < size; row++) {
      const out = (y + first(row)) * pitch + x;
      const columns = causal ? row + 1 : size;
      for (let column = 0; column < columns; column++) {
        const weight = weights[offset + row * size + column]!;
        const color = ramp[Math.round(attentionPosition(weight) * last)]!;
        picture.fill(color, out + first(column), out + first(column + 1));
      }
      for (let j = first(row) + 1; j < first(row + 1); j++)
        picture.copyWithin((y + j) * pitch + x, out, out + first(columns));
    }
    return;
  }
  const largest = new Float32Array(side * side);
  for (let row = 0; row < size; row++) {
    const out = Math.floor((row * side) / size) * side;
    const start = offset + row * size;
    for (let column = 0; column < (causal ? row + 1 : size); column++) {
      const at = out + Math.floor((column * side) / size);
      const weight = weights[start + column]!;
      if (weight > largest[at]!) largest[at] = weight;
    }
  }
  for (let j = 0; j < side; j++)
    for (let i = 0; i < (causal ? j + 1 : side); i++)
      picture[(y + j) * pitch + x + i] = ramp[Math.round(attentionPosition(largest[j * side + i]!) * last)]!;
}

/** The keys that a query attends to most, of those it may see, largest weight first; NaN counts as nothing. */
export function strongestKeys(
  weights: Float32Array,
  size: number,
  query: number,
  count: number,
  causal = true
): {key: number; weight: number}[] {
  const row: {key: number; weight: number}[] = [];
  for (let key = 0; key < size && (!causal || key <= query); key++) {
    const weight = weights[query * size + key]!;
    if (weight > 0) row.push({key, weight});
  }
  return row.sort((a, b) => b.weight - a.weight || a.key - b.key).slice(0, count);
}

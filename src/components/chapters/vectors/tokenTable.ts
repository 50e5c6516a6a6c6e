/** The token table of a model as it travels to the page: row-major whole numbers, each so many units of the scale. */
export interface PackedTable {
  /** Numbers in a row, C. */
  width: number;
  /** What 1 stands for. */
  scale: number;
  values: readonly number[];
}

/** Packs a table [V, C] to `digits` decimals. */
export function packTable(data: ArrayLike<number>, width: number, digits = 3): PackedTable {
  const unit = 10 ** digits;
  return {width, scale: 1 / unit, values: Array.from(data, (value) => Math.round(value * unit))};
}

/** The row of every token: V arrays of C numbers. */
export function tableRows({width, scale, values}: PackedTable): Float64Array[] {
  return Array.from({length: values.length / width}, (_, token) =>
    Float64Array.from({length: width}, (_, i) => values[token * width + i]! * scale)
  );
}

/** a · b = Σ aᵢbᵢ. Throws RangeError unless they are as long. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`A vector of ${a.length} numbers has no dot product with one of ${b.length}.`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** The cosine of the angle between them, −1 … 1: their dot product when both have length 1. NaN for a vector of length 0. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return dot(a, b) / (norm(a) * norm(b));
}

/** All other rows by their cosine with one of them, the nearest first. */
export function neighbours(
  rows: readonly ArrayLike<number>[],
  token: number
): {token: number; cosine: number}[] {
  return rows
    .map((row, other) => ({token: other, cosine: cosine(rows[token]!, row)}))
    .filter((neighbour) => neighbour.token !== token)
    .sort((a, b) => b.cosine - a.cosine);
}

/** The mean cosine between the members of two groups, a row with itself left out. */
export function meanCosine(
  rows: readonly ArrayLike<number>[],
  group: readonly number[],
  other: readonly number[] = group
): number {
  const pairs = group.flatMap((a) => other.filter((b) => b !== a).map((b) => cosine(rows[a]!, rows[b]!)));
  return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
}

import {dot} from "../vectors/tokenTable.js";

/** The plane through a cloud of points that keeps most of its spread. */
export interface PrincipalPlane {
  /** [C], the mean of the points. */
  mean: Float64Array;
  /** Two unit vectors [C] at right angles. */
  axes: [Float64Array, Float64Array];
  /** Share of the points' variance that lies in the plane, 0 … 1. */
  share: number;
}

/** Rounds of power iteration: many more than it takes for two directions of different spread to part. */
const ROUNDS = 500;

/**
 * The first two principal components of the rows (Pearson 1901), by power iteration on their covariance: multiply a
 * vector by it again and again, and it turns to where the spread is greatest. Each axis points to where its entry of largest
 * size is positive, so that the same points always give the same picture. Throws RangeError for fewer than three rows.
 */
export function principalPlane(rows: readonly ArrayLike<number>[]): PrincipalPlane {
  if (rows.length < 3) throw new RangeError(`${rows.length} points span no plane.`);
  const C = rows[0]!.length;
  const mean = new Float64Array(C);
  for (const row of rows) for (let i = 0; i < C; i++) mean[i]! += row[i]! / rows.length;
  const centred = rows.map((row) => Float64Array.from(row, (value, i) => value - mean[i]!));
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  const axes: Float64Array[] = [];
  let kept = 0;
  for (let k = 0; k < 2; k++) {
    // Any start will do that is not at right angles to the answer.
    let axis: Float64Array<ArrayBufferLike> = Float64Array.from(
      {length: C},
      (_, i) => 1 + ((i * 7919 + k) % 13)
    );
    for (let round = 0; round < ROUNDS; round++) {
      const next = new Float64Array(C);
      for (const row of centred) {
        const along = dot(row, axis);
        for (let i = 0; i < C; i++) next[i]! += along * row[i]!;
      }
      for (const other of axes) {
        const along = dot(next, other);
        for (let i = 0; i < C; i++) next[i]! -= along * other[i]!;
      }
      const length = Math.sqrt(dot(next, next));
      if (length === 0) break; // no spread is left
      axis = next.map((value) => value / length);
    }
    const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    if (largest < 0) axis = axis.map((value) => -value);
    kept += centred.reduce((sum, row) => sum + dot(row, axis) ** 2, 0);
    axes.push(axis as Float64Array);
  }
  return {mean, axes: axes as [Float64Array, Float64Array], share: total > 0 ? kept / total : 0};
}

/** Where each row lies in the plane. */
export const placesIn = (
  {mean, axes}: PrincipalPlane,
  rows: readonly ArrayLike<number>[]
): [x: number, y: number][] =>
  rows.map((row) => {
    const centred = Float64Array.from(row, (value, i) => value - mean[i]!);
    return [dot(centred, axes[0]), dot(centred, axes[1])];
  });

/** Some tokens' values in one layer on their way through the heads, and out again. Rounded for showing. */
export interface SplitTrace {
  layer: number;
  tokens: readonly string[];
  /** H and D. */
  nHead: number;
  headWidth: number;
  /** [T, C]: the values, before they are cut; of heads that share theirs, each has its copy. */
  values: readonly number[];
  /** [H, T, T]: weights. */
  weights: readonly number[];
  /** [T, C]: what the heads mixed, side by side. */
  mixed: readonly number[];
  /** [H, C]: what each head's part of the output matrix makes of its part of the last token's. */
  contributions: readonly number[];
  /** [C]: the output's bias; zeros where there is none. */
  bias: readonly number[];
}

/**
 * Concatenating and projecting is adding: [mixed₁ … mixed_H]·W = Σ_h mixed_h·W_h, where W_h is the D rows of W [C, C]
 * that meet head h. `mixed`: [T, C]; returns [T, H, C].
 */
export function headContributions(
  mixed: ArrayLike<number>,
  output: ArrayLike<number>,
  {T, H, C}: {T: number; H: number; C: number}
): Float64Array {
  const D = C / H;
  const sums = new Float64Array(T * H * C);
  for (let t = 0; t < T; t++)
    for (let h = 0; h < H; h++)
      for (let d = 0; d < D; d++) {
        const x = mixed[t * C + h * D + d]!;
        for (let c = 0; c < C; c++) sums[(t * H + h) * C + c]! += x * output[(h * D + d) * C + c]!;
      }
  return sums;
}

/** [H, T, D] → [T, H·D], as `mergeHeads` does. */
export function sideBySide(heads: ArrayLike<number>, H: number, T: number): number[] {
  const D = heads.length / (H * T);
  const rows: number[] = [];
  for (let t = 0; t < T; t++)
    for (let h = 0; h < H; h++) for (let d = 0; d < D; d++) rows.push(heads[(h * T + t) * D + d]!);
  return rows;
}

/** Where a block of D numbers stands in one of the figure's steps: a row and a column, and where in memory it begins. */
export interface BlockPlace {
  row: number;
  column: number;
  offset: number;
}

/** Token by token, the heads of each side by side: [T, C] and [T, H, D] alike. */
export const byToken = (t: number, h: number, {H, D}: {H: number; D: number}): BlockPlace => ({
  row: t,
  column: h,
  offset: (t * H + h) * D
});

/** Head by head, the tokens of each below one another: [H, T, D]. */
export const byHead = (t: number, h: number, {T, D}: {T: number; D: number}): BlockPlace => ({
  row: h * T + t,
  column: 0,
  offset: (h * T + t) * D
});

/**
 * Writes the distribution of a row of scores [V] to `p`; returns ln Σ exp(score), by which ln p = score − that. Throws
 * RangeError, naming the token of the text that is predicted, where a score is not finite.
 */
export function rowSoftmax(row: Float32Array, p: Float64Array, index: number): number {
  let max = Number.NEGATIVE_INFINITY;
  let sound = true;
  for (let id = 0; id < p.length; id++) {
    const x = row[id]!;
    if (!Number.isFinite(x)) sound = false;
    if (x > max) max = x;
  }
  if (!sound)
    throw new RangeError(
      `A score for token ${index} of the text is not a finite number: the model is damaged or its training diverged.`
    );
  let sum = 0;
  for (let id = 0; id < p.length; id++) sum += p[id] = Math.exp(row[id]! - max);
  for (let id = 0; id < p.length; id++) p[id]! /= sum;
  return max + Math.log(sum);
}

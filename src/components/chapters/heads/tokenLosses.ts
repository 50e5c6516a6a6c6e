/**
 * −ln p of each token given those before it: [T], in nats, from the scores [T, V] of a pass over the same T tokens. The
 * first token, which nothing precedes, has NaN.
 */
export function tokenLosses(logits: Float32Array, ids: ArrayLike<number>): Float64Array {
  const T = ids.length;
  const V = logits.length / T;
  const losses = new Float64Array(T).fill(Number.NaN);
  for (let t = 1; t < T; t++) {
    const row = logits.subarray((t - 1) * V, t * V);
    let largest = Number.NEGATIVE_INFINITY;
    for (const score of row) largest = Math.max(largest, score);
    let sum = 0;
    for (const score of row) sum += Math.exp(score - largest);
    losses[t] = Math.log(sum) + largest - row[ids[t]!]!;
  }
  return losses;
}

/** The mean of what is known of them, in nats a token; NaN for none. */
export function meanLoss(losses: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let t = 0; t < losses.length; t++)
    if (!Number.isNaN(losses[t]!)) [sum, count] = [sum + losses[t]!, count + 1];
  return sum / count;
}

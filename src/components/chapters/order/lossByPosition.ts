/**
 * The mean −ln p of what came, by its place in the window, in runs of `bucket` places: logits [B, T, V] row-major and
 * targets [B, T] → T / bucket numbers. Throws RangeError when the lengths do not agree.
 */
export function lossByPosition(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  {T, V, bucket}: {T: number; V: number; bucket: number}
): number[] {
  const B = targets.length / T;
  if (!Number.isInteger(B) || T % bucket !== 0 || logits.length !== targets.length * V)
    throw new RangeError(
      `${logits.length} scores do not fit ${targets.length} targets in windows of ${T} and runs of ${bucket}.`
    );
  const sums = new Array<number>(T / bucket).fill(0);
  for (let i = 0; i < targets.length; i++) {
    let largest = -Infinity;
    for (let v = 0; v < V; v++) largest = Math.max(largest, logits[i * V + v]!);
    let total = 0;
    for (let v = 0; v < V; v++) total += Math.exp(logits[i * V + v]! - largest);
    sums[Math.floor((i % T) / bucket)]! += largest + Math.log(total) - logits[i * V + targets[i]!]!;
  }
  return sums.map((sum) => sum / (B * bucket));
}

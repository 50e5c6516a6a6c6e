/** Of scores [batch, T, V], those after each text's last token, [batch, V]: a copy, which lets go of the others. */
export function lastScores(scores: Float32Array, batch: number, V: number): Float32Array {
  if (scores.length === batch * V) return scores;
  const last = new Float32Array(batch * V);
  const row = scores.length / batch;
  for (let b = 0; b < batch; b++) last.set(scores.subarray((b + 1) * row - V, (b + 1) * row), b * V);
  return last;
}

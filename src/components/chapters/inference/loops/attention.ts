/** B windows of T tokens, H heads of D numbers. */
export interface AttentionSizes {
  B: number;
  T: number;
  H: number;
  D: number;
}

/**
 * Causal attention: of queries, keys and values that lie side by side, qkv [B, T, 3·H·D] → y [B, T, H·D], and the weights
 * [B, H, T, T], which the backward pass needs.
 */
export function attention(
  qkv: Float32Array,
  {B, T, H, D}: AttentionSizes
): {y: Float32Array; weights: Float32Array} {
  const C = H * D;
  const y = new Float32Array(B * T * C);
  const weights = new Float32Array(B * H * T * T);
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * 3 * C + h * D;
        const row = weights.subarray(((b * H + h) * T + t) * T, ((b * H + h) * T + t) * T + t + 1);
        let most = Number.NEGATIVE_INFINITY;
        for (let s = 0; s <= t; s++) {
          const k = (b * T + s) * 3 * C + C + h * D;
          let score = 0;
          for (let d = 0; d < D; d++) score += qkv[q + d]! * qkv[k + d]!;
          row[s] = score / Math.sqrt(D);
          most = Math.max(most, row[s]!);
        }
        let sum = 0;
        for (let s = 0; s <= t; s++) sum += row[s] = Math.exp(row[s]! - most);
        for (let s = 0; s <= t; s++) {
          row[s]! /= sum;
          const v = (b * T + s) * 3 * C + 2 * C + h * D;
          for (let d = 0; d < D; d++) y[(b * T + t) * C + h * D + d]! += row[s]! * qkv[v + d]!;
        }
      }
  return {y, weights};
}

/** dqkv of dy [B, T, H·D]. */
export function attentionBackward(
  dy: Float32Array,
  qkv: Float32Array,
  weights: Float32Array,
  {B, T, H, D}: AttentionSizes
): Float32Array {
  const C = H * D;
  const dqkv = new Float32Array(qkv.length);
  const dweights = new Float32Array(T);
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++)
      for (let t = 0; t < T; t++) {
        const q = (b * T + t) * 3 * C + h * D;
        const out = (b * T + t) * C + h * D;
        const row = weights.subarray(((b * H + h) * T + t) * T, ((b * H + h) * T + t + 1) * T);
        let along = 0;
        for (let s = 0; s <= t; s++) {
          const v = (b * T + s) * 3 * C + 2 * C + h * D;
          let dot = 0;
          for (let d = 0; d < D; d++) {
            dot += dy[out + d]! * qkv[v + d]!;
            dqkv[v + d]! += row[s]! * dy[out + d]!;
          }
          dweights[s] = dot;
          along += dot * row[s]!;
        }
        for (let s = 0; s <= t; s++) {
          const k = (b * T + s) * 3 * C + C + h * D;
          const dscore = (row[s]! * (dweights[s]! - along)) / Math.sqrt(D);
          for (let d = 0; d < D; d++) {
            dqkv[q + d]! += dscore * qkv[k + d]!;
            dqkv[k + d]! += dscore * qkv[q + d]!;
          }
        }
      }
  return dqkv;
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {type DropoutSite, dropoutTensor} from "./dropout.js";
import {matmul} from "./matmul.js";
import {softmaxBackward} from "./softmax.js";

/** What is added to a forbidden score: after softmax its weight is exactly 0 in float32. */
const FORBIDDEN = -1e9;

export interface AttentionOptions {
  /** Forbids a position to see later ones. */
  causal: boolean;
  /** ALiBi: what each of the H heads subtracts from a score for every step of distance. */
  slopes?: number[] | null | undefined;
  /** [B, S], 1 at keys that are padding: no query sees them. */
  padding?: tf.Tensor | undefined;
  /** Drops attention weights, while training. */
  dropout?: DropoutSite | undefined;
  /** Receives "scores" (scaled, biased and masked) and "weights", [.., T, S]. The scope around `attention` owns them. */
  tap?: ((step: string, value: tf.Tensor) => void) | undefined;
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017): softmax(q·kᵀ/√D + bias)·v, where the bias holds the masks and
 * ALiBi. Queries q [.., T, D] and S ≥ T keys and values k, v [.., S, D] → [.., T, D]; the queries are the last T of
 * the S positions. The axes before are [B] or [B, H].
 *
 * With w the weights, m the dropout mask and dw = (dy·vᵀ) ∘ m: dv = (w ∘ m)ᵀ·dy, ds by softmax's backward pass,
 * dq = ds·k/√D, dk = dsᵀ·q/√D.
 */
export function attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, options: AttentionOptions): tf.Tensor {
  const scale = 1 / Math.sqrt(q.shape.at(-1)!);
  const mask =
    options.dropout && options.dropout.rate > 0
      ? dropoutTensor(options.dropout, [...q.shape.slice(0, -1), k.shape.at(-2)!])
      : null;
  // Once more for whoever listens: what the operation itself makes is freed at its end.
  if (options.tap) attentionWeights(q, k, options);
  const unheard = {...options, tap: undefined};
  return differentiable(
    [q, k, v],
    (q, k, v) => {
      const weights = attentionWeights(q, k, unheard);
      const kept = mask ? tf.mul(weights, mask) : weights;
      return {value: matmul(kept, v), saved: mask ? [q, k, v, weights, mask] : [q, k, v, weights]};
    },
    (dy, saved) => {
      const [q, k, v, weights, mask] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?];
      const dropped = (x: tf.Tensor) => (mask ? tf.mul(x, mask) : x);
      const weightGradient = dropped(matmul(dy, v, false, true));
      const scoreGradient = tf.mul(softmaxBackward(weights, weightGradient), scale);
      return [matmul(scoreGradient, k), matmul(scoreGradient, q, true), matmul(dropped(weights), dy, true)];
    }
  );
}

/** How much each query (row) takes from each key (column): [.., T, S], every row sums to 1. */
export function attentionWeights(q: tf.Tensor, k: tf.Tensor, options: AttentionOptions): tf.Tensor {
  const [T, D] = q.shape.slice(-2) as [number, number];
  let scores = tf.mul(matmul(q, k, false, true), 1 / Math.sqrt(D));
  const bias = attentionBias(T, k.shape.at(-2)!, q.rank, options);
  if (bias) scores = tf.add(scores, bias);
  options.tap?.("scores", scores);
  const weights = tf.softmax(scores);
  options.tap?.("weights", weights);
  return weights;
}

/** What is added to scores: ALiBi's slopes, and a very negative number where a key may not be seen; null for nothing. */
function attentionBias(
  T: number,
  S: number,
  rank: number,
  {causal, slopes, padding}: AttentionOptions
): tf.Tensor | null {
  const keys = tf.reshape(tf.range(0, S), [1, S]);
  const queries = tf.reshape(tf.range(S - T, S), [T, 1]);
  const parts: tf.Tensor[] = [];
  // Arithmetic: tfjs compares slowly on wasm.
  if (causal) parts.push(tf.mul(tf.clipByValue(tf.sub(keys, queries), 0, 1), FORBIDDEN)); // [T, S]
  if (slopes) {
    const distance = tf.abs(tf.sub(queries, keys)); // [T, S]
    const perHead = rank === 4 ? tf.tensor(slopes, [slopes.length, 1, 1]) : tf.scalar(slopes[0]!);
    parts.push(tf.neg(tf.mul(perHead, distance))); // [H, T, S]
  }
  if (padding) {
    const [B] = padding.shape as [number];
    const perRow = tf.reshape(padding, rank === 4 ? [B, 1, 1, S] : [B, 1, S]);
    parts.push(tf.mul(tf.cast(perRow, "float32"), FORBIDDEN));
  }
  return parts.length === 0 ? null : parts.reduce((a, b) => tf.add(a, b));
}

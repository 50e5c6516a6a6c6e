import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/** Some neighbouring columns of the last axis: x [.., O] → [.., width], from column `start` on. */
export function columns(x: tf.Tensor, start: number, width: number): tf.Tensor {
  const O = x.shape.at(-1)!;
  const none = x.shape.slice(0, -1).map(() => 0);
  return differentiable(
    [x],
    (x) => ({value: tf.slice(x, [...none, start], [...x.shape.slice(0, -1), width])}),
    (dy) => [tf.pad(dy, [...none.map((): [number, number] => [0, 0]), [start, O - start - width]])]
  );
}

/** Cuts a vector into heads: [B, T, H·D] → [B, T, H, D] → [B, H, T, D]. Head h owns columns h·D … (h+1)·D. */
export function splitHeads(x: tf.Tensor, nHead: number): tf.Tensor {
  return differentiable(
    [x],
    (x) => ({value: split(x, nHead)}),
    (dy) => [join(dy)]
  );
}

/** Puts the heads side by side again: [B, H, T, D] → [B, T, H, D] → [B, T, H·D]. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [, H] = x.shape as [number, number, number, number];
  return differentiable(
    [x],
    (x) => ({value: join(x)}),
    (dy) => [split(dy, H)]
  );
}

function split(x: tf.Tensor, H: number): tf.Tensor {
  const [B, T, C] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [B, T, H, C / H]), [0, 2, 1, 3]);
}

function join(x: tf.Tensor): tf.Tensor {
  const [B, H, T, D] = x.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [B, T, H * D]);
}

/**
 * Gives each head of keys or values to `times` heads of queries in a row (Ainslie et al. 2023): [B, K, S, D] →
 * [B, K·times, S, D]. A head's gradient is the sum over those that used it.
 */
export function repeatHeads(x: tf.Tensor, times: number): tf.Tensor {
  if (times === 1) return x;
  const [B, K, S, D] = x.shape as [number, number, number, number];
  return differentiable(
    [x],
    (x) => ({
      value: tf.reshape(tf.tile(tf.reshape(x, [B, K, 1, S * D]), [1, 1, times, 1]), [B, K * times, S, D])
    }),
    (dy) => [tf.reshape(tf.sum(tf.reshape(dy, [B, K, times, S * D]), 2), [B, K, S, D])]
  );
}

import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";

/**
 * Takes one of the three parts (0 query, 1 key, 2 value) out of the joint projection and cuts it into heads:
 * [B, T, 3C] → [B, H, T, D]. Head h owns the consecutive columns h·D … (h+1)·D of its part.
 */
export function splitHeads(qkv: tf.Tensor, part: 0 | 1 | 2, nHead: number): tf.Tensor {
  const [B, T, threeC] = qkv.shape as [number, number, number];
  const C = threeC / 3;
  return differentiable(
    [qkv],
    (qkv) => {
      const columns = tf.slice(qkv, [0, 0, part * C], [B, T, C]);
      return {value: tf.transpose(tf.reshape(columns, [B, T, nHead, C / nHead]), [0, 2, 1, 3])};
    },
    (dy) => [
      tf.pad(joinHeads(dy), [
        [0, 0],
        [0, 0],
        [part * C, (2 - part) * C]
      ])
    ]
  );
}

/** Puts the heads side by side again: [B, H, T, D] → [B, T, C]. */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [B, H, T, D] = x.shape as [number, number, number, number];
  return differentiable(
    [x],
    (x) => ({value: joinHeads(x)}),
    (dy) => [tf.transpose(tf.reshape(dy, [B, T, H, D]), [0, 2, 1, 3])]
  );
}

function joinHeads(x: tf.Tensor): tf.Tensor {
  const [B, H, T, D] = x.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [B, T, H * D]);
}

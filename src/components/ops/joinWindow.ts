import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {joinWindowBackward, joinWindowForward} from "./webgpu/joinWindow.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/**
 * At each position the vectors of the last `size` positions side by side, the oldest first, with zeros where the text
 * has not begun: x [B, T, C] → [B, T, size·C].
 */
export function joinWindow(x: tf.Tensor, size: number): tf.Tensor {
  if (kernelsAreOn())
    return differentiable(
      [x],
      (x) => ({value: joinWindowForward(x, size)}),
      (dy) => [joinWindowBackward(dy, size)]
    );
  const C = x.shape[2]!;
  const ages = Array.from({length: size}, (_, i) => size - 1 - i);
  return differentiable(
    [x],
    (x) => ({
      value:
        size === 1
          ? tf.clone(x)
          : tf.concat(
              ages.map((age) => later(x, age)),
              2
            )
    }),
    (dy) => {
      const [B, T] = dy.shape as [number, number, number];
      const parts = ages.map((age, i) => earlier(tf.slice(dy, [0, 0, i * C], [B, T, C]), age));
      return [parts.reduce((a, b) => tf.add(a, b))];
    }
  );
}

/** Moves vectors `by` positions on; those that leave the window are lost, zeros come in. */
function later(x: tf.Tensor, by: number): tf.Tensor {
  const [B, T, C] = x.shape as [number, number, number];
  if (by >= T) return tf.zerosLike(x);
  return tf.pad(tf.slice(x, [0, 0, 0], [B, T - by, C]), [
    [0, 0],
    [by, 0],
    [0, 0]
  ]);
}

function earlier(x: tf.Tensor, by: number): tf.Tensor {
  const [B, T, C] = x.shape as [number, number, number];
  if (by >= T) return tf.zerosLike(x);
  return tf.pad(tf.slice(x, [0, by, 0], [B, T - by, C]), [
    [0, 0],
    [0, by],
    [0, 0]
  ]);
}

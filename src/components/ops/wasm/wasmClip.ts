import * as tf from "@tensorflow/tfjs-core";
import {wasmKernel} from "./wasmKernel.js";

const norm = wasmKernel("GlobalNorm", (place, inputs) => {
  let squares = 0;
  for (const x of inputs) squares += place.kernels.sumOfSquares(tf.util.sizeFromShape(x.shape), place.at(x));
  const out = place.make([]);
  place.kernels.root(squares, place.at(out));
  return [out];
});

const clip = wasmKernel<{limit: number}>("ClipByNorm", (place, [norm, ...gradients], {limit}) =>
  gradients.map((x) => {
    const out = place.make(x.shape);
    place.kernels.clip(tf.util.sizeFromShape(x.shape), limit, place.at(norm), place.at(x), place.at(out));
    return out;
  })
);

/** The norm of all gradients together on wasm, in one kernel, and the gradients scaled by it in another. */
export const wasmClip = {
  globalNorm: (gradients: tf.Tensor[]): tf.Scalar => norm(gradients, {})[0] as tf.Scalar,
  clip<K extends string>(
    gradients: Record<K, tf.Tensor>,
    limit: number,
    norm: tf.Scalar
  ): Record<K, tf.Tensor> {
    const clipped = clip([norm, ...Object.values<tf.Tensor>(gradients)], {limit});
    const named = Object.keys(gradients).map((name, i) => [name, clipped[i]!] as const);
    return Object.fromEntries(named) as Record<K, tf.Tensor>;
  }
};

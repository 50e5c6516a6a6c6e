import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {matmul, rows, sumRows} from "./matmul.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmLinear} from "./wasm/wasmLinear.js";

/**
 * y = x·W + b, on the last axis: x [.., I], W [I, O], b [O] or none → [.., O].
 *
 * dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy over the rows.
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const outputShape = [...x.shape.slice(0, -1), weight.shape[1]!];
  return differentiable<tf.Tensor[]>(
    bias ? [x, weight, bias] : [x, weight],
    (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor) => {
      if (wasmKernelsAreOn()) return {value: wasmLinear.forward(x, weight, bias), saved: [x, weight]};
      const product = matmul(rows(x), weight);
      return {value: tf.reshape(bias ? tf.add(product, bias) : product, outputShape), saved: [x, weight]};
    },
    (dy, [x, weight]) =>
      wasmKernelsAreOn()
        ? wasmLinear.backward(dy, x!, weight!, bias !== null)
        : [
            tf.reshape(matmul(rows(dy), weight!, false, true), x!.shape),
            matmul(rows(x!), rows(dy), true),
            ...(bias ? [sumRows(dy)] : [])
          ]
  );
}

/**
 * The language-model head: logits = x·Eᵀ, so that a token's score is the dot product of the final vector with the
 * token's own vector. E may be the token table itself (Press & Wolf 2017). x [.., C], E [V, C] → [.., V].
 *
 * dx = dy·E, dE = dyᵀ·x.
 */
export function unembed(x: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const outputShape = [...x.shape.slice(0, -1), table.shape[0]!];
  return differentiable(
    [x, table],
    (x, table) => ({
      value: wasmKernelsAreOn()
        ? wasmLinear.forward(x, table, undefined, true)
        : tf.reshape(matmul(rows(x), table, false, true), outputShape),
      saved: [x, table]
    }),
    (dy, [x, table]) =>
      wasmKernelsAreOn()
        ? wasmLinear.backward(dy, x!, table!, false, true)
        : [tf.reshape(matmul(rows(dy), table!), x!.shape), matmul(rows(dy), rows(x!), true)]
  );
}

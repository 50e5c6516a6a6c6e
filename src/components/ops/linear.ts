import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {matmul, rows} from "./matmul.js";

/**
 * y = x·W + b, on the last axis: x [.., I], W [I, O], b [O] → [.., O].
 *
 * dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy over the rows.
 */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const outputShape = [...x.shape.slice(0, -1), weight.shape[1]!];
  return differentiable(
    [x, weight, bias],
    (x, weight, bias) => ({
      value: tf.reshape(tf.add(matmul(rows(x), weight), bias), outputShape),
      saved: [x, weight]
    }),
    (dy, [x, weight]) => [
      tf.reshape(matmul(rows(dy), weight!, false, true), x!.shape),
      matmul(rows(x!), rows(dy), true),
      tf.sum(rows(dy), 0)
    ]
  );
}

/**
 * The language-model head that shares the token table (Press & Wolf 2017): logits = x·Eᵀ, so that a token's
 * score is the dot product of the final vector with that token's own vector. x [.., C], E [V, C] → [.., V].
 *
 * dx = dy·E, dE = dyᵀ·x.
 */
export function tiedHead(x: tf.Tensor, table: tf.Tensor): tf.Tensor {
  const outputShape = [...x.shape.slice(0, -1), table.shape[0]!];
  return differentiable(
    [x, table],
    (x, table) => ({
      value: tf.reshape(matmul(rows(x), table, false, true), outputShape),
      saved: [x, table]
    }),
    (dy, [x, table]) => [tf.reshape(matmul(rows(dy), table!), x!.shape), matmul(rows(dy), rows(x!), true)]
  );
}

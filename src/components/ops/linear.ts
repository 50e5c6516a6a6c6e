import * as tf from "@tensorflow/tfjs-core";
import {gelu, geluExact, relu} from "./activations.js";
import {add} from "./add.js";
import {differentiable} from "./differentiable.js";
import {matmul, rows, sumRows} from "./matmul.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmLinear} from "./wasm/wasmLinear.js";
import {type Activation, activationBackward} from "./webgpu/activations.js";
import {kernelsAreOn} from "./webgpu/kernels.js";
import {linearForward, linearInputGradient, linearWeightGradients} from "./webgpu/linear.js";

/** What follows a linear layer and can be computed along with it. */
export interface Epilogue {
  activation?: Activation | undefined;
  /** What passes the layer by and is added at the end, [.., O]. */
  residual?: tf.Tensor | undefined;
}

const activations = {relu, gelu, geluExact};

/**
 * y = x·W + b, on the last axis: x [.., I], W [I, O], b [O] or none → [.., O]. With an epilogue, act(x·W + b) + residual.
 *
 * dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ dy over the rows.
 */
export function linear(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | null,
  {activation, residual}: Epilogue = {}
): tf.Tensor {
  if (kernelsAreOn()) return inOneKernel(x, weight, bias, activation ?? null, residual ?? null);
  const outputShape = [...x.shape.slice(0, -1), weight.shape[1]!];
  const product = differentiable<tf.Tensor[]>(
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
  const y = activation ? activations[activation](product) : product;
  return residual ? add(residual, y) : y;
}

/**
 * The same on WebGPU. The input of the activation is written only where a gradient will ask for it: with du = dy ∘ act′
 * in the place of dy, the gradients are those above, and the residual's is dy.
 */
function inOneKernel(
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | null,
  activation: Activation | null,
  residual: tf.Tensor | null
): tf.Tensor {
  const optional = [bias, residual].filter((tensor) => tensor !== null);
  return differentiable<tf.Tensor[]>(
    [x, weight, ...optional],
    (x: tf.Tensor, weight: tf.Tensor, ...others: tf.Tensor[]) => {
      const inputs = {
        x,
        weight,
        ...(bias && {bias: others[0]!}),
        ...(residual && {residual: others.at(-1)!})
      };
      const hasGradient = tf.engine().state.gradientDepth > 0;
      const [value, u] = linearForward(inputs, activation, hasGradient);
      return {value, saved: u ? [x, weight, u] : [x, weight]};
    },
    (dy, [x, weight, u]) => {
      const du = activation ? activationBackward(activation, u!, dy) : dy;
      return [
        linearInputGradient(du, weight!),
        ...linearWeightGradients(x!, du, weight!, bias),
        // tfjs frees a gradient that it has added to another.
        ...(residual ? [tf.clone(dy)] : [])
      ];
    }
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
        : [tf.reshape(matmul(rows(dy), table!), x!.shape), matmul(rows(dy), rows(x!), true, false, table)]
  );
}

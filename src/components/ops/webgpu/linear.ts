import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {gradientPlace} from "../../webgpu/gradientPlaces.js";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {type Activation, activationWgsl} from "./activations.js";
import {webgpuKernel} from "./kernels.js";
import {multiply, multiplyInParts} from "./matmul.js";
import {elementOf, type Product} from "./matmulKernel.js";

interface Forward {
  activation: Activation | null;
  /** Whether what enters the activation is wanted, too. */
  keepsInput: boolean;
}

/** The product of a linear layer's x [.., I] and W [I, O], every vector of x being a row. */
function forwardProduct({shape}: tf.TensorInfo, weight: tf.TensorInfo): Product {
  const [I, O] = weight.shape as [number, number];
  return {batch: 1, M: size(shape) / I, K: I, N: O, transposeA: false, transposeB: false};
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

const forward = webgpuKernel<Forward>("Linear", ({inputs, attributes: {activation, keepsInput}}) => {
  const {x, weight, bias, residual} = inputs as Record<"x" | "weight", tf.TensorInfo> &
    Partial<Record<"bias" | "residual", tf.TensorInfo>>;
  const product = forwardProduct(x, weight);
  const made = () => makeActivation([...x.shape.slice(0, -1), product.N], elementOf(product.N));
  const y = made();
  const u = activation && keepsInput ? made() : null;
  multiply(
    product,
    {a: x, b: weight, y, arrays: {...(bias && {bias}), ...(residual && {residual}), ...(u && {u})}},
    {
      reads: [...(bias ? ["bias"] : []), ...(residual ? ["residual"] : [])],
      writes: u ? ["u"] : [],
      functions: activation ? `alias E = ${elementOf(product.N)};${activationWgsl[activation]}` : "",
      finish: [
        bias && "value += bias[column];",
        u && "u[i] = value;",
        activation && "value = activation(value);",
        residual && "value += residual[i];"
      ]
        .filter(Boolean)
        .join("\n  ")
    }
  );
  return u ? [y, u] : [y];
});

/**
 * act(x·W + b) + residual in one dispatch: x [.., I], W [I, O], b [O], residual [.., O] → y [.., O] and, if asked for,
 * what enters the activation, [.., O].
 */
export function linearForward(
  inputs: {x: tf.Tensor; weight: tf.Tensor; bias?: tf.Tensor; residual?: tf.Tensor},
  activation: Activation | null,
  keepsInput: boolean
): [y: tf.Tensor, u?: tf.Tensor] {
  return forward(inputs, {activation, keepsInput}) as [tf.Tensor, tf.Tensor?];
}

const inputGradient = webgpuKernel<object>("LinearInputGradient", ({inputs}) => {
  const {dy, weight} = inputs as Record<"dy" | "weight", tf.TensorInfo>;
  const [I, O] = weight.shape as [number, number];
  const dx = makeActivation([...dy.shape.slice(0, -1), I], elementOf(I));
  const product = {batch: 1, M: size(dy.shape) / O, K: O, N: I, transposeA: false, transposeB: true};
  multiply(product, {a: dy, b: weight, y: dx});
  return [dx];
});

/** dx = dy·Wᵀ: dy [.., O], W [I, O] → [.., I]. */
export const linearInputGradient = (dy: tf.Tensor, weight: tf.Tensor): tf.Tensor =>
  inputGradient({dy, weight}, {})[0]!;

const weightGradients = webgpuKernel<object>("LinearWeightGradient", ({inputs}) => {
  const {x, dy, weight, bias} = inputs as Record<"x" | "dy" | "weight", tf.TensorInfo> & {
    bias?: tf.TensorInfo;
  };
  const placeOf = (parameter: tf.TensorInfo) =>
    gradientPlace(parameter) ?? webgpuBackend().makeTensorInfo(parameter.shape, "float32");
  const [I, O] = weight.shape as [number, number];
  const product = {batch: 1, M: I, K: size(x.shape) / I, N: O, transposeA: true, transposeB: false};
  const dWeight = placeOf(weight);
  const dBias = bias ? placeOf(bias) : null;
  multiplyInParts(product, {a: x, b: dy, y: dWeight}, dBias);
  return dBias ? [dWeight, dBias] : [dWeight];
});

/**
 * dW = xᵀ·dy and, if there is a bias, db = Σ dy over the rows: x [.., I], dy [.., O] → [I, O] and [O], each where its
 * parameter's gradient belongs.
 */
export const linearWeightGradients = (
  x: tf.Tensor,
  dy: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | null
): tf.Tensor[] => weightGradients(bias ? {x, dy, weight, bias} : {x, dy, weight}, {});

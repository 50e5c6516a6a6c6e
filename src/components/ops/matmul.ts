import * as tf from "@tensorflow/tfjs-core";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {wasmSumRows} from "./wasm/wasmLinear.js";
import {wasmMatmul} from "./wasm/wasmMatmul.js";
import {kernelsAreOn} from "./webgpu/kernels.js";
import {webgpuMatmul} from "./webgpu/matmul.js";

/**
 * A·B over the last two axes, with either side transposed on request: [.., M, K] · [.., K, N] → [.., M, N].
 * Two backends need help:
 *
 * - wasm multiplies batches and transposed matrices ten times slower than one plain pair, so there a kernel of our
 *   own does it; where that cannot run, the transposition at least is a step of its own;
 * - webgpu would cut long sums into parts that are added with float atomics, in an order that changes from run to
 *   run; a kernel of our own keeps the order, and where it cannot run, the one of tfjs's that keeps it is named.
 *
 * Where the product is the gradient of a parameter, naming that lets a kernel write it where it belongs.
 */
export function matmul(
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA = false,
  transposeB = false,
  parameter?: tf.Tensor
): tf.Tensor {
  switch (tf.getBackend()) {
    case "wasm":
      return (
        wasmMatmul(a, b, transposeA, transposeB) ??
        tf.matMul(transposeA ? swapLastAxes(a) : a, transposeB ? swapLastAxes(b) : b)
      );
    case "webgpu":
      return (
        (kernelsAreOn() ? webgpuMatmul(a, b, transposeA, transposeB, parameter) : null) ??
        inFixedOrder(a.shape.at(transposeA ? -2 : -1)!, () => tf.matMul(a, b, transposeA, transposeB))
      );
    default:
      return tf.matMul(a, b, transposeA, transposeB);
  }
}

/** From this length on tfjs's webgpu backend may split a sum. */
const SPLIT_LENGTH = 2000;
/** `MatMulPackedProgram` in tfjs-backend-webgpu 4.22; −1 lets it choose. */
const [CHOOSE, PACKED] = [-1, 3];

function inFixedOrder(K: number, product: () => tf.Tensor): tf.Tensor {
  if (K < SPLIT_LENGTH) return product();
  tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", PACKED);
  try {
    return product();
  } finally {
    tf.env().set("WEBGPU_MATMUL_PROGRAM_TYPE", CHOOSE);
  }
}

function swapLastAxes(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  axes.push(...axes.splice(-2).reverse());
  return tf.transpose(x, axes);
}

/**
 * The sum of all vectors of the last axis, [.., C] → [C]. On wasm a kernel of our own does it, or else a product with
 * a row of ones, since tfjs would transpose first, in up to ten times the time.
 */
export function sumRows(x: tf.Tensor): tf.Tensor {
  if (wasmKernelsAreOn()) return wasmSumRows(x);
  const flat = rows(x);
  if (tf.getBackend() !== "wasm") return tf.sum(flat, 0);
  return tf.reshape(matmul(tf.ones([1, flat.shape[0]]), flat), [flat.shape[1]]);
}

/** [.., C] → [N, C]: every vector of the last axis becomes a row. */
export function rows(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [-1, x.shape.at(-1)!]);
}

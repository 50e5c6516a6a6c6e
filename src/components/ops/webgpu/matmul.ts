import * as tf from "@tensorflow/tfjs-core";
import {chooseVariant, type Trial} from "../../webgpu/autotune.js";
import {webgpuBackend} from "../../webgpu/backend.js";
import {gradientPlace} from "../../webgpu/gradientPlaces.js";
import {isHalf, makeActivation} from "../../webgpu/halfPrecision.js";
import {randomTensor} from "../../webgpu/randomTensor.js";
import {dispatch} from "../../webgpu/runner.js";
import {toHalves} from "./halves.js";
import {webgpuKernel} from "./kernels.js";
import {type Extras, elementOf, matmulKernel, type Product} from "./matmulKernel.js";
import {candidatesFor, isVariant, partsOf, tilingOf, type Variant} from "./matmulVariants.js";
import {sumParts} from "./sumParts.js";

interface Transposes {
  transposeA: boolean;
  transposeB: boolean;
}

/** What is multiplied into y, and further arrays by the names that the extras give them. */
interface Operands {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
  y: tf.TensorInfo;
  arrays?: Readonly<Record<string, tf.TensorInfo>>;
}

/** The way that is chosen for a product on this device. */
function variantFor(product: Product, {a, b}: Operands): Variant {
  const areHalves = isHalf(a) || isHalf(b);
  return chooseVariant({
    kind: `MatMul ${product.transposeA ? "T" : "N"}${product.transposeB ? "T" : "N"}${areHalves ? " of halves" : ""}`,
    sizes: [product.batch, product.M, product.K, product.N],
    candidates: candidatesFor(product, areHalves),
    exists: isVariant,
    ...(areHalves && {tolerance: HALF_TOLERANCE}),
    trial: () => trialOf(product, areHalves)
  }) as Variant;
}

/** Chunks of 16 products of halves, each rounded to 11 bits: their errors add up to less than a tenth of this. */
const HALF_TOLERANCE = 1e-2;

/** A product whose results are finished by `extras`, in one dispatch. */
export function multiply(
  product: Product,
  {a, b, y, arrays}: Operands,
  extras: Extras = {},
  variant = variantFor(product, {a, b, y})
): void {
  const {kernel, grid} = kernelFor(product, variant, extras);
  dispatch(kernel, {a, b, y, ...arrays}, grid);
}

/** Kernels by all that their text depends on: writing one takes longer than running it on a GPU. */
const written = new Map<string, ReturnType<typeof matmulKernel>>();

function kernelFor(product: Product, variant: Variant, extras: Extras) {
  const key = JSON.stringify([product, variant, extras]);
  let known = written.get(key);
  if (!known) {
    known = matmulKernel(product, tilingOf(variant), extras);
    written.set(key, known);
  }
  return known;
}

/**
 * A product with long sums and a small result, as gradients of weights are, and the sum of B's rows if there is a place
 * for it: in one dispatch, or where a GPU would be idle, in parts and a second dispatch that adds them in order.
 */
export function multiplyInParts(
  product: Product,
  {a, b, y}: Operands,
  sums: tf.TensorInfo | null = null,
  variant = variantFor(product, {a, b, y})
): void {
  const parts = partsOf(product, variant);
  const sumsOfB = sums !== null;
  if (parts === 1) {
    multiply(product, {a, b, y, ...(sums && {arrays: {sums}})}, {sumsOfB}, variant);
    return;
  }
  const {M, N} = product;
  const backend = webgpuBackend();
  const partial = backend.makeTensorInfo([parts, M * N + (sumsOfB ? N : 0)], "float32");
  multiply(product, {a, b, y: partial}, {sumsOfB, parts}, variant);
  sumParts(partial, sums ? {product: y, rowsOfB: sums} : {product: y});
  backend.disposeData(partial.dataId);
}

const matmul = webgpuKernel<Transposes & {variant?: Variant}>("OrderedMatMul", ({inputs, attributes}) => {
  const {a, b, parameter} = inputs as {a: tf.TensorInfo; b: tf.TensorInfo; parameter?: tf.TensorInfo};
  const product = productOf(a, b, attributes);
  const shape = [...a.shape.slice(0, -2), product.M, product.N];
  const y = parameter
    ? (gradientPlace(parameter) ?? webgpuBackend().makeTensorInfo(shape, "float32"))
    : makeActivation(shape, elementOf(product.N));
  multiplyInParts(product, {a, b, y}, null, attributes.variant);
  return [y];
});

/**
 * `matmul` by a kernel of our own, which adds in an order that never changes. Null where it does not apply and tfjs has
 * to multiply: sides with other than the same batch of matrices, without elements, or not of floats. Where the product
 * is the gradient of a parameter, it is written to where that belongs.
 */
export function webgpuMatmul(
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA: boolean,
  transposeB: boolean,
  parameter?: tf.Tensor
): tf.Tensor | null {
  const applies =
    a.rank >= 2 &&
    a.shape.at(transposeA ? -2 : -1) === b.shape.at(transposeB ? -1 : -2) &&
    tf.util.arraysEqual(a.shape.slice(0, -2), b.shape.slice(0, -2)) &&
    tf.util.sizeFromShape(a.shape.slice(0, -2)) <= MOST_MATRICES &&
    a.size > 0 &&
    b.size > 0 &&
    a.dtype === "float32" &&
    b.dtype === "float32";
  if (!applies) return null;
  return matmul(parameter ? {a, b, parameter} : {a, b}, {transposeA, transposeB})[0]!;
}

/** Workgroups along an axis that every device takes. */
const MOST_MATRICES = 65_535;

function productOf(a: tf.TensorInfo, b: tf.TensorInfo, {transposeA, transposeB}: Transposes): Product {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  return {
    batch: tf.util.sizeFromShape(a.shape.slice(0, -2)),
    M: transposeA ? aColumns : aRows,
    K: transposeA ? aRows : aColumns,
    N: transposeB ? bRows : bColumns,
    transposeA,
    transposeB
  };
}

/**
 * Random matrices of a product's sizes. A result Y is held against tfjs by a random vector v: Y·v is to be A·(B·v),
 * which costs little beside Y itself (Freivalds 1977).
 */
function trialOf({batch, M, K, N, transposeA, transposeB}: Product, areHalves: boolean): Trial {
  const random = (shape: number[], seed: number) => tf.keep(randomTensor(shape, seed));
  const rounded = (x: tf.Tensor) => (areHalves ? tf.keep(toHalves(x)) : x);
  const a = random([batch, ...(transposeA ? [K, M] : [M, K])], 1);
  const b = random([batch, ...(transposeB ? [N, K] : [K, N])], 2);
  const v = random([batch, N, 1], 3);
  const [left, right] = [rounded(a), rounded(b)];
  return {
    run: (variant) => matmul({a: left, b: right}, {transposeA, transposeB, variant: variant as Variant})[0]!,
    async error(result) {
      const share = tf.tidy(() => {
        const expected = tf.matMul(a, tf.matMul(b, v, transposeB), transposeA);
        const difference = tf.max(tf.abs(tf.sub(tf.matMul(result, v), expected)));
        return tf.div(difference, tf.maximum(tf.max(tf.abs(expected)), Number.MIN_VALUE));
      });
      const [error] = await share.data();
      share.dispose();
      return error!;
    },
    dispose: () => tf.dispose([a, b, v, left, right])
  };
}

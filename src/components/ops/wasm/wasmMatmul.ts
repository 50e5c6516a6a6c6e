import * as tf from "@tensorflow/tfjs-core";
import {kernelsOn} from "./kernels.js";
import {type Workplace, wasmKernel} from "./wasmKernel.js";

const FLOAT = 4;

/** A matrix without gaps, and how it is meant. */
export interface Matrix {
  address: number;
  /** As it lies. */
  rows: number;
  columns: number;
  transposed?: boolean;
}

/** out = A·B + bias for each pair of a batch of matrices that lie one after the other; a bias at address 0 is none. */
export function multiply(
  {kernels, borrow}: Workplace,
  batch: number,
  a: Matrix,
  b: Matrix,
  out: number,
  bias = 0
): void {
  /** From one element to the next along the rows and the columns that are meant, in bytes. */
  const steps = ({columns, transposed}: Matrix) =>
    transposed ? ([FLOAT, columns * FLOAT] as const) : ([columns * FLOAT, FLOAT] as const);
  const [aRow, aDepth] = steps(a);
  const [bDepth, bColumn] = steps(b);
  const N = b.transposed ? b.rows : b.columns;
  kernels.matmul(
    batch,
    a.transposed ? a.columns : a.rows,
    N,
    a.transposed ? a.rows : a.columns,
    a.address,
    a.rows * a.columns * FLOAT,
    aRow,
    aDepth,
    b.address,
    b.rows * b.columns * FLOAT,
    bDepth,
    bColumn,
    bias,
    out,
    N * FLOAT,
    borrow(kernels.SCRATCH.value)
  );
}

interface Transposes {
  transposeA: boolean;
  transposeB: boolean;
}

const stridedMatMul = wasmKernel<Transposes>("StridedMatMul", (place, inputs, {transposeA, transposeB}) => {
  const [a, b] = inputs as [tf.TensorInfo, tf.TensorInfo];
  const batchShape = a.shape.slice(0, -2);
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const out = place.make([...batchShape, transposeA ? aColumns : aRows, transposeB ? bRows : bColumns]);
  multiply(
    place,
    tf.util.sizeFromShape(batchShape),
    {address: place.at(a), rows: aRows, columns: aColumns, transposed: transposeA},
    {address: place.at(b), rows: bRows, columns: bColumns, transposed: transposeB},
    place.at(out)
  );
  return [out];
});

/**
 * `matmul` on the wasm backend by our own kernel (matmul.as), which reads a transposed side as it lies. Null where
 * it does not apply and tfjs has to multiply: sides with other than the same batch of matrices, without elements, or
 * not of floats, and engines without SIMD or with threads.
 */
export function wasmMatmul(
  a: tf.Tensor,
  b: tf.Tensor,
  transposeA: boolean,
  transposeB: boolean
): tf.Tensor | null {
  const [K, otherK] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  const applies =
    a.rank >= 2 &&
    K === otherK &&
    tf.util.arraysEqual(a.shape.slice(0, -2), b.shape.slice(0, -2)) &&
    a.size > 0 &&
    b.size > 0 &&
    a.dtype === "float32" &&
    b.dtype === "float32";
  if (!applies || kernelsOn(tf.backend()) === null) return null;
  return stridedMatMul([a, b], {transposeA, transposeB})[0]!;
}

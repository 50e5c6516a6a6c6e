import * as tf from "@tensorflow/tfjs-core";
import {kernelsOn, type WasmBackend} from "./kernels.js";

/** The name under which tfjs knows, profiles and clears up after our product. */
const NAME = "StridedMatMul";
const FLOAT = 4;

interface Transposes {
  transposeA: boolean;
  transposeB: boolean;
}

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
  return tf.engine().runKernel<tf.Tensor>(NAME, {a, b}, {transposeA, transposeB});
}

tf.registerKernel({
  kernelName: NAME,
  backendName: "wasm",
  kernelFunc({inputs, backend, attrs}) {
    const {a, b} = inputs as {a: tf.TensorInfo; b: tf.TensorInfo};
    const {transposeA, transposeB} = attrs as unknown as Transposes;
    return multiply(backend as WasmBackend, a, b, transposeA, transposeB);
  }
});

function multiply(
  backend: WasmBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean
): tf.TensorInfo {
  const batchShape = a.shape.slice(0, -2);
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const N = transposeB ? bRows : bColumns;
  /** From one element to the next along an axis of the matrix as it lies, in bytes. */
  const [acrossA, downA] = [FLOAT, aColumns * FLOAT];
  const [acrossB, downB] = [FLOAT, bColumns * FLOAT];

  const kernels = kernelsOn(backend)!;
  const out = backend.makeOutput([...batchShape, M, N], "float32");
  const scratch = backend.makeOutput([kernels.SCRATCH.value], "float32");
  kernels.matmul(
    tf.util.sizeFromShape(batchShape),
    M,
    N,
    K,
    backend.getMemoryOffset(a.dataId),
    M * K * FLOAT,
    transposeA ? acrossA : downA,
    transposeA ? downA : acrossA,
    backend.getMemoryOffset(b.dataId),
    K * N * FLOAT,
    transposeB ? acrossB : downB,
    transposeB ? downB : acrossB,
    backend.getMemoryOffset(out.dataId),
    backend.getMemoryOffset(scratch.dataId)
  );
  backend.disposeData(scratch.dataId);
  return out;
}

import type * as tf from "@tensorflow/tfjs-core";
import {kernelBinary} from "./kernelBinary.js";

/**
 * The inside of tfjs-backend-wasm 4.22 that our kernels need, to read and write its tensors where they are. No other
 * file of ours looks there.
 */
export interface WasmBackend extends tf.KernelBackend {
  /** Where a tensor's values begin, in bytes. A tensor of another backend is moved here first. */
  getMemoryOffset(dataId: object): number;
  /** A tensor whose values are whatever lay in its place before. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** Emscripten's module. The one with threads does not show its memory. */
  readonly wasm: {readonly asm: {readonly memory?: WebAssembly.Memory}};
}

/** What the AssemblyScript of this folder exports; see there. Addresses and strides are in bytes. */
export interface Kernels {
  /** Floats that `matmul` needs to work in. */
  readonly SCRATCH: WebAssembly.Global;
  matmul(
    batch: number,
    M: number,
    N: number,
    K: number,
    a: number,
    aBatch: number,
    aRow: number,
    aDepth: number,
    b: number,
    bBatch: number,
    bDepth: number,
    bColumn: number,
    out: number,
    scratch: number
  ): void;
  adamW(
    size: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    kept: number,
    rate: number,
    correction: number,
    epsilon: number,
    ...addresses: number[]
  ): void;
}

const started = new WeakMap<tf.KernelBackend, Kernels | null>();

/**
 * Our kernels on the memory of a wasm backend, which may grow under them: they keep no view of it. Null where they
 * cannot run, and tfjs's own have to do: without SIMD, or on memory shared by threads.
 */
export function kernelsOn(backend: tf.KernelBackend): Kernels | null {
  let kernels = started.get(backend);
  if (kernels === undefined) {
    kernels = start((backend as WasmBackend).wasm.asm.memory);
    started.set(backend, kernels);
  }
  return kernels;
}

function start(memory: WebAssembly.Memory | undefined): Kernels | null {
  const binary = Uint8Array.from(atob(kernelBinary), (character) => character.charCodeAt(0));
  if (!memory || !WebAssembly.validate(binary)) return null;
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(binary), {env: {memory}});
  return exports as unknown as Kernels;
}

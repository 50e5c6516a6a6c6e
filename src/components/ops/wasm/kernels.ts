import type * as tf from "@tensorflow/tfjs-core";
import {kernelBinary} from "./kernelBinary.js";
import {shareCopies} from "./sharedCopies.js";

/**
 * The inside of tfjs-backend-wasm 4.22 that our kernels need, to read and write its tensors where they are. No other
 * file of ours looks there.
 */
export interface WasmBackend extends tf.KernelBackend {
  /** Where a tensor's values begin, in bytes. A tensor of another backend is moved here first. */
  getMemoryOffset(dataId: object): number;
  /** A tensor whose values are whatever lay in its place before. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** Emscripten's module. The one with threads does not show its memory here. */
  readonly wasm: {readonly asm: {readonly memory?: WebAssembly.Memory}};
}

/** What the kernels of attention know of a head besides its addresses. */
export type AttentionHead = [
  T: number,
  D: number,
  causal: boolean,
  slope: number,
  first: number,
  threshold: number,
  kept: number
];

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
    bias: number,
    out: number,
    outRow: number,
    scratch: number
  ): void;
  sumRows(rows: number, columns: number, x: number, weights: number, out: number): void;
  layerNorm(
    rows: number,
    columns: number,
    centres: boolean,
    epsilon: number,
    x: number,
    gain: number,
    bias: number,
    out: number,
    normalised: number,
    inverseDeviation: number
  ): void;
  layerNormGradient(
    rows: number,
    columns: number,
    centres: boolean,
    dy: number,
    normalised: number,
    inverseDeviation: number,
    gain: number,
    dx: number
  ): void;
  gelu(size: number, x: number, out: number): void;
  geluGradient(size: number, x: number, dy: number, dx: number): void;
  crossEntropy(
    places: number,
    vocabulary: number,
    smoothing: number,
    logits: number,
    targets: number,
    out: number
  ): void;
  crossEntropyGradient(
    places: number,
    vocabulary: number,
    smoothing: number,
    logits: number,
    targets: number,
    dy: number,
    dlogits: number
  ): void;
  copyRowsByIds(
    count: number,
    height: number,
    width: number,
    table: number,
    ids: number,
    out: number
  ): number;
  addRowsByIds(count: number, height: number, width: number, x: number, ids: number, table: number): void;
  dropout(size: number, first: number, threshold: number, kept: number, x: number, out: number): void;
  rotary(rows: number, places: number, half: number, x: number, cos: number, sin: number, out: number): void;
  attention(...headAndAddresses: [...AttentionHead, ...number[]]): void;
  attentionGradient(...headAndAddresses: [...AttentionHead, ...number[]]): void;
  sumOfSquares(size: number, x: number): number;
  root(x: number, out: number): void;
  clip(size: number, limit: number, norm: number, x: number, out: number): void;
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
 * cannot run, and tfjs's own have to do: without SIMD, on memory shared by threads, or on the page itself in a Chromium
 * before version 114, which compiles no more than 4 KB there at once.
 */
export function kernelsOn(backend: tf.KernelBackend): Kernels | null {
  let kernels = started.get(backend);
  if (kernels === undefined) {
    kernels = start((backend as WasmBackend).wasm.asm.memory);
    if (kernels) shareCopies();
    started.set(backend, kernels);
  }
  return kernels;
}

function start(memory: WebAssembly.Memory | undefined): Kernels | null {
  const binary = Uint8Array.from(atob(kernelBinary), (character) => character.charCodeAt(0));
  if (!memory || !WebAssembly.validate(binary)) return null;
  try {
    const {exports} = new WebAssembly.Instance(new WebAssembly.Module(binary), {env: {memory}});
    return exports as unknown as Kernels;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

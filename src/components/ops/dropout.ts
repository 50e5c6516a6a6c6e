import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {type DropoutKey, wasmDropout} from "./wasm/wasmDropout.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {dropElements, dropoutMaskTensor} from "./webgpu/dropout.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** Shares of elements that are dropped in training, by kind of place, and what decides which. */
export interface Dropout {
  embedding: number;
  attention: number;
  residual: number;
  seed: number;
  /** The update, so that each drops others. */
  step: number;
  /** The same number on the device, [1] int32, for a step that is captured and replayed: kernels read it there. */
  clock?: tf.Tensor | undefined;
  /** Rows of the batch that were computed before these; 0 when absent. */
  firstRow?: number;
}

/** One place of the model where elements drop. */
export interface DropoutSite {
  /** 0 ≤ rate < 1. */
  rate: number;
  seed: number;
  step: number;
  /** The step on the device, [1] int32; see `Dropout`. */
  clock?: tf.Tensor | undefined;
  /** Numbers the places of a model. */
  site: number;
  /** Rows, along the first axis, of the same batch that were computed before; 0 when absent. */
  firstRow?: number;
}

/**
 * Dropout (Srivastava et al. 2014), inverted: each element becomes 0 with probability `rate` and is divided by
 * 1 − rate otherwise, so that its mean stays. x [..] → [..]; dx = dy ∘ mask.
 */
export function dropout(x: tf.Tensor, site: DropoutSite): tf.Tensor {
  if (wasmKernelsAreOn()) {
    const key = dropoutKey(site, x.shape);
    return differentiable(
      [x],
      (x) => ({value: wasmDropout(x, key)}),
      (dy) => [wasmDropout(dy, key)]
    );
  }
  if (kernelsAreOn()) {
    const first = firstElement(site, x.shape);
    return differentiable(
      [x],
      (x) => ({value: dropElements(x, site, first)}),
      (dy) => [dropElements(dy, site, first)]
    );
  }
  const mask = dropoutTensor(site, x.shape);
  return differentiable(
    [x],
    (x) => ({value: tf.mul(x, mask), saved: [mask]}),
    (dy, [mask]) => [tf.mul(dy, mask!)]
  );
}

/** The mask of a place for a tensor of that shape, whose first axis is that of the batch. */
export function dropoutTensor(site: DropoutSite, shape: number[]): tf.Tensor {
  const first = firstElement(site, shape);
  if (kernelsAreOn()) return dropoutMaskTensor(site, shape, first);
  return tf.tensor(dropoutMask(site, tf.util.sizeFromShape(shape), first), shape);
}

/** Elements of the same batch that come before a tensor of that shape. */
const firstElement = ({firstRow = 0}: DropoutSite, shape: number[]): number =>
  firstRow * (tf.util.sizeFromShape(shape) / shape[0]!);

/** What decides the same for kernels that make their mask as they go. */
export function dropoutKey(place: DropoutSite, shape: number[]): DropoutKey {
  const {rate, seed, step, site} = place;
  return {
    first: (hash(seed ^ hash(step ^ hash(site))) + firstElement(place, shape)) | 0,
    threshold: Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1),
    kept: 1 / (1 - rate)
  };
}

/**
 * 0 or 1/(1 − rate) for each of `size` elements in row-major order, from element `first` on. Element i survives where
 * hash(key + i) ≥ rate · 2³², with key = hash(seed ⊕ hash(step ⊕ hash(site))): no state, so every backend, and
 * every order of computing, drops the same elements.
 */
export function dropoutMask({rate, seed, step, site}: DropoutSite, size: number, first = 0): Float32Array {
  const key = hash(seed ^ hash(step ^ hash(site)));
  const threshold = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) mask[i] = hash(key + first + i) >= threshold ? kept : 0;
  return mask;
}

/** A well mixing bijection of 32-bit integers (MurmurHash3's finaliser, Appleby 2011). */
function hash(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

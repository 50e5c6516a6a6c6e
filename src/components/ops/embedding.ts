import * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "./differentiable.js";
import {matmul, rows} from "./matmul.js";
import {oneHot} from "./oneHot.js";
import {scale} from "./scale.js";
import {wasmEmbedding} from "./wasm/wasmEmbedding.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import * as webgpu from "./webgpu/embedding.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** Largest one-hot slab of the backward pass, in elements (64 MiB of float32). */
const SLAB = 2 ** 24;

export interface EmbeddingOptions {
  /** Multiplies the tokens' vectors, 1 by default. */
  factor?: number;
  /** A table [rows, C] whose row first + t is then added at position t, and whether it is to be learned. */
  positions?: {table: tf.Tensor; first: number; isLearned: boolean} | undefined;
}

/**
 * Row `ids[b, t]` of the table at every place, and what says where it stands if that is asked for: table [V, C],
 * ids [B, T] int32 → [B, T, C].
 */
export function embedding(
  table: tf.Tensor,
  ids: tf.Tensor,
  {factor = 1, positions}: EmbeddingOptions = {}
): tf.Tensor {
  const [V, C] = table.shape as [number, number];
  if (kernelsAreOn()) {
    // Positions that are not learned are no input of which a gradient is wanted.
    const learned = positions?.isLearned ? positions : undefined;
    return differentiable<tf.Tensor[]>(
      learned ? [table, learned.table] : [table],
      (table: tf.Tensor) => ({
        value: webgpu.embeddingForward(table, ids, factor, positions),
        saved: [table, ids]
      }),
      (dy, [table, ids]) => webgpu.embeddingBackward(dy, table!, ids!, factor, learned)
    );
  }
  const vectors = differentiable(
    [table],
    (table) => ({
      value: wasmKernelsAreOn()
        ? wasmEmbedding.forward(table, ids)
        : tf.reshape(tf.gather(table, tf.reshape(ids, [-1])), [...ids.shape, C]),
      saved: [ids]
    }),
    (dy, [ids]) => [embeddingBackward(dy, ids!, V)]
  );
  const scaled = factor === 1 ? vectors : scale(vectors, factor);
  return positions ? addRows(scaled, positions.table, positions.first) : scaled;
}

/**
 * The gradient of the table: row v is the sum of dy over the places where the id is v. Written as a product
 * with the one-hot matrix of the ids, so that the order of the sum is fixed (adding rows in parallel would
 * need float atomics, whose order and so whose result changes from run to run). A large vocabulary is done
 * in slabs of rows to bound memory. dy [B, T, C], ids [B, T] → [V, C].
 */
export function embeddingBackward(dy: tf.Tensor, ids: tf.Tensor, vocabSize: number): tf.Tensor {
  if (wasmKernelsAreOn()) return wasmEmbedding.backward(dy, ids, vocabSize);
  const slab = Math.max(1, Math.floor(SLAB / ids.size));
  const slabs: tf.Tensor2D[] = [];
  for (let start = 0; start < vocabSize; start += slab) {
    const height = Math.min(slab, vocabSize - start);
    const places = oneHot(tf.sub(ids, tf.scalar(start, "int32")), height); // [N, height]
    slabs.push(matmul(places, rows(dy), true) as tf.Tensor2D);
  }
  return slabs.length === 1 ? slabs[0]! : tf.concat(slabs, 0);
}

/** Adds row first + t of a table to the vector at position t: x [B, T, C] + table [rows, C] → [B, T, C]. */
export function addRows(x: tf.Tensor, table: tf.Tensor, first = 0): tf.Tensor {
  const [, T, C] = x.shape as [number, number, number];
  const [rows] = table.shape as [number, number];
  return differentiable(
    [x, table],
    (x, table) => ({value: tf.add(x, tf.slice(table, [first, 0], [T, C]))}),
    (dy) => [
      dy,
      tf.pad(tf.sum(dy, 0), [
        [first, rows - first - T],
        [0, 0]
      ])
    ]
  );
}

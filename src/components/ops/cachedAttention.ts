import * as tf from "@tensorflow/tfjs-core";
import {attention} from "./attention.js";
import {columns, mergeHeads, repeatHeads, splitHeads} from "./heads.js";
import {rotary} from "./rotary.js";
import * as webgpu from "./webgpu/cachedAttention.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** One layer's keys and values [K, S, D] at each of the S positions of a context; changed in place. */
export interface KeysAndValues {
  keys: tf.Variable;
  values: tf.Variable;
}

export interface CachedAttentionOptions {
  /** Heads of queries, H. */
  nHead: number;
  /** Heads of keys and values, K; each serves H/K neighbouring heads of queries. */
  nKvHead: number;
  /** ALiBi: what each of the H heads subtracts from a score for every step of distance. */
  slopes?: readonly number[] | null | undefined;
  /** Whether queries and keys turn with their position. */
  rotary?: boolean | undefined;
  /** How the WebGPU kernels share out the work; by the device when absent. */
  variant?: webgpu.CachedAttentionVariant | undefined;
}

/**
 * Causal self-attention of T tokens of one text that come after others, whose keys and values are in the cache. Puts
 * the keys and values of these at their positions, and lets each token's query see the positions up to its own:
 * `multiHeadAttention` over the whole text, of which it gives the last rows. qkv [1, T, (H + 2K)·D], queries, keys and
 * values side by side; positions [T] int32, ascending by 1; −1 in the rows behind the last token of a text shorter than
 * T, whose results mean nothing → [1, T, H·D]. For inference only: there is no gradient.
 *
 * No shape depends on how long the text is, so that on WebGPU the whole can be captured once and replayed for every
 * token. The composition here is the definition; it reads the positions back.
 */
export function cachedAttention(
  qkv: tf.Tensor,
  cache: KeysAndValues,
  positions: tf.Tensor,
  options: CachedAttentionOptions
): tf.Tensor {
  return kernelsAreOn()
    ? webgpu.cachedAttention(qkv, cache, positions, options)
    : tf.tidy(() => stepByStep(qkv, cache, positions, options));
}

function stepByStep(
  qkv: tf.Tensor,
  {keys, values}: KeysAndValues,
  positions: tf.Tensor,
  {nHead: H, nKvHead: K, slopes, rotary: isRotary = false}: CachedAttentionOptions
): tf.Tensor {
  const [, T, width] = qkv.shape as [number, number, number];
  const D = width / (H + 2 * K);
  const places = Array.from(positions.dataSync()).filter((position) => position >= 0);
  const count = places.length;
  if (count === 0) return tf.zeros([1, T, H * D]);
  const first = places[0]!;
  const rows = tf.slice(qkv, [0, 0, 0], [1, count, width]);
  const turned = (x: tf.Tensor) => (isRotary ? rotary(x, first) : x);
  const q = turned(splitHeads(columns(rows, 0, H * D), H)); // [1, H, count, D]
  const k = turned(splitHeads(columns(rows, H * D, K * D), K)); // [1, K, count, D]
  const v = splitHeads(columns(rows, (H + K) * D, K * D), K); // [1, K, count, D]
  put(keys, k, first);
  put(values, v, first);
  const seen = (x: tf.Tensor) =>
    repeatHeads(tf.expandDims(tf.slice(x, [0, 0, 0], [K, first + count, D]), 0), H / K);
  const mixed = attention(q, seen(keys), seen(values), {causal: true, slopes: slopes && [...slopes]});
  return tf.pad(mergeHeads(mixed), [
    [0, 0],
    [0, T - count],
    [0, 0]
  ]);
}

/** Puts added [1, K, count, D] at the positions from `first` on: all [K, S, D]. */
function put(all: tf.Variable, added: tf.Tensor, first: number): void {
  const [K, S, D] = all.shape as [number, number, number];
  const end = first + added.shape[2]!;
  all.assign(
    tf.concat(
      [
        tf.slice(all, [0, 0, 0], [K, first, D]),
        tf.squeeze(added, [0]),
        tf.slice(all, [0, end, 0], [K, S - end, D])
      ],
      1
    )
  );
}

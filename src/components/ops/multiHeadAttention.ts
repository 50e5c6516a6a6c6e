import * as tf from "@tensorflow/tfjs-core";
import {type AttentionOptions, attention} from "./attention.js";
import {differentiable} from "./differentiable.js";
import {dropoutKey} from "./dropout.js";
import {columns, mergeHeads, repeatHeads, splitHeads} from "./heads.js";
import {isFusedAttention} from "./kernelSets.js";
import {kernelsInUse} from "./kernelsInUse.js";
import {rotary} from "./rotary.js";
import {wasmAttention} from "./wasm/wasmAttention.js";
import {
  type AttentionVariant,
  attentionBackward,
  attentionForward,
  attentionVariant
} from "./webgpu/attention.js";

export interface MultiHeadAttentionOptions extends Omit<AttentionOptions, "tap"> {
  /** Heads of queries, H. */
  nHead: number;
  /** Heads of keys and values, K; each serves H/K neighbouring heads of queries. */
  nKvHead: number;
  /** Whether queries and keys turn with their position; the first is position 0. */
  rotary?: boolean | undefined;
  /** How the WebGPU kernels share out the work; chosen by the device when absent. */
  variant?: AttentionVariant | undefined;
}

/**
 * All of self-attention between the two projections: queries, keys and values side by side, qkv [B, T, (H + 2K)·D], to
 * the mixed values of all heads side by side, [B, T, H·D]. It is `attention` with the heads split and joined; WebGPU
 * kernels of our own do it at once, without the scores ever being in memory. A query that sees only padding then
 * takes nothing and changes nothing, where the definition gives it a mean over forbidden keys: places that the loss
 * does not count, and that no counted place sees.
 */
export function multiHeadAttention(qkv: tf.Tensor, options: MultiHeadAttentionOptions): tf.Tensor {
  const {nHead: H, nKvHead: K, causal, slopes = null, rotary = false} = options;
  const [B, T, width] = qkv.shape as [number, number, number];
  const D = width / (H + 2 * K);
  const kernels = kernelsInUse();
  const hasPadding = options.padding !== undefined;
  const kind = {nHead: H, nKvHead: K, headSize: D, hasPadding, hasRotary: rotary};
  if (!isFusedAttention(kernels, kind)) return stepByStep(qkv, D, options);
  if (kernels === "wasm") {
    const dropout = options.dropout?.rate ? dropoutKey(options.dropout, [B, H, T, T]) : null;
    return wasmAttention(qkv, {H, causal, slopes, dropout});
  }
  const dropout = options.dropout && options.dropout.rate > 0 ? options.dropout : undefined;
  const padding = options.padding && tf.cast(options.padding, "int32");
  const shape = {
    ...{B, T, H, K, D, causal, slopes},
    hasPadding,
    hasRotary: rotary,
    dropoutRate: dropout?.rate ?? 0
  };
  const variant = options.variant ?? attentionVariant(shape, onItsOwn(D, options));
  const attributes = {...shape, variant};
  return differentiable(
    [qkv],
    (qkv) => {
      const [value, statistics] = attentionForward(qkv, padding, dropout, attributes);
      return {value, saved: [qkv, value, statistics, ...(padding ? [padding] : [])]};
    },
    (dy, saved) => [attentionBackward(dy, saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?], attributes)]
  );
}

/** The definition. */
function stepByStep(qkv: tf.Tensor, D: number, options: MultiHeadAttentionOptions): tf.Tensor {
  const {nHead: H, nKvHead: K} = options;
  const turned = (x: tf.Tensor) => (options.rotary ? rotary(x, 0) : x);
  const q = turned(splitHeads(columns(qkv, 0, H * D), H)); // [B, H, T, D]
  const k = turned(splitHeads(columns(qkv, H * D, K * D), K)); // [B, K, T, D]
  const v = splitHeads(columns(qkv, (H + K) * D, K * D), K); // [B, K, T, D]
  return mergeHeads(attention(q, repeatHeads(k, H / K), repeatHeads(v, H / K), options));
}

/** The same operation for other rows of a batch, without the tensors of this call: nothing is padding. */
const onItsOwn =
  (D: number, {padding, dropout, ...rest}: MultiHeadAttentionOptions) =>
  (qkv: tf.Tensor, variant: AttentionVariant | null) => {
    const options = {
      ...rest,
      padding: padding && tf.zeros(qkv.shape.slice(0, 2), "int32"),
      dropout: dropout && {...dropout, clock: undefined}
    };
    return variant ? multiHeadAttention(qkv, {...options, variant}) : stepByStep(qkv, D, options);
  };

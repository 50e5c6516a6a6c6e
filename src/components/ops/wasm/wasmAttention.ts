import type * as tf from "@tensorflow/tfjs-core";
import {differentiable} from "../differentiable.js";
import type {AttentionHead} from "./kernels.js";
import type {DropoutKey} from "./wasmDropout.js";
import {type Workplace, wasmKernel} from "./wasmKernel.js";

const FLOAT = 4;

export interface WasmAttentionSettings {
  H: number;
  causal: boolean;
  /** ALiBi's slope for each head. */
  slopes: number[] | null;
  dropout: DropoutKey | null;
}

const forward = wasmKernel<WasmAttentionSettings>("MultiHeadAttention", (place, inputs, settings) => {
  const [qkv] = inputs as [tf.TensorInfo];
  const [B, T, O] = qkv.shape as [number, number, number];
  const out = place.make([B, T, O / 3]);
  const weights = place.borrow(T * T);
  const scratch = place.borrow(place.kernels.SCRATCH.value);
  forEachHead(place, qkv, settings, ({head, q, k, v, row, outRow, joined}) =>
    place.kernels.attention(...head, q, k, v, row, weights, place.at(out) + joined, outRow, scratch)
  );
  return [out];
});

const gradient = wasmKernel<WasmAttentionSettings>(
  "MultiHeadAttentionGradient",
  (place, inputs, settings) => {
    const [qkv, dy] = inputs as [tf.TensorInfo, tf.TensorInfo];
    const [, T] = qkv.shape as [number, number, number];
    const out = place.make(qkv.shape);
    const [weights, gradient] = [place.borrow(T * T), place.borrow(T * T)];
    const scratch = place.borrow(place.kernels.SCRATCH.value);
    const moved = place.at(out) - place.at(qkv);
    forEachHead(place, qkv, settings, ({head, q, k, v, row, outRow, joined}) => {
      const places = [q, k, v, row, weights, gradient, place.at(dy) + joined, outRow];
      place.kernels.attentionGradient(...head, ...places, q + moved, k + moved, v + moved, scratch);
    });
    return [out];
  }
);

/** Where a head's matrices begin and how far their rows are apart, in bytes. */
interface Head {
  head: AttentionHead;
  q: number;
  k: number;
  v: number;
  row: number;
  /** In the heads' joined results, counted from their beginning. */
  joined: number;
  outRow: number;
}

function forEachHead(
  place: Workplace,
  qkv: tf.TensorInfo,
  {H, causal, slopes, dropout}: WasmAttentionSettings,
  compute: (head: Head) => void
): void {
  const [B, T, O] = qkv.shape as [number, number, number];
  const C = O / 3;
  const D = C / H;
  const {first, threshold, kept} = dropout ?? {first: 0, threshold: 0, kept: 1};
  for (let b = 0; b < B; b++)
    for (let h = 0; h < H; h++) {
      const q = place.at(qkv) + (b * T * O + h * D) * FLOAT;
      compute({
        head: [T, D, causal, slopes?.[h] ?? 0, first + (b * H + h) * T * T, threshold, kept],
        q,
        k: q + C * FLOAT,
        v: q + 2 * C * FLOAT,
        row: O * FLOAT,
        joined: (b * T * C + h * D) * FLOAT,
        outRow: C * FLOAT
      });
    }
}

/**
 * `multiHeadAttention` on wasm, for as many heads of keys as of queries and without padding or rotary positions. Heads
 * are read and written where they lie side by side, and the weights of one head at a time are in memory.
 */
export function wasmAttention(qkv: tf.Tensor, settings: WasmAttentionSettings): tf.Tensor {
  return differentiable(
    [qkv],
    (qkv) => ({value: forward([qkv], settings)[0]!, saved: [qkv]}),
    (dy, [qkv]) => gradient([qkv!, dy], settings)
  );
}

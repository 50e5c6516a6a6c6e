import * as tf from "@tensorflow/tfjs-core";
import {chooseVariant, type Trial} from "../../webgpu/autotune.js";
import {webgpuBackend} from "../../webgpu/backend.js";
import {isOnSoftware} from "../../webgpu/chooseBackend.js";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {randomTensor} from "../../webgpu/randomTensor.js";
import {dispatch, type ElementType, type Kernel} from "../../webgpu/runner.js";
import type {DropoutSite} from "../dropout.js";
import {
  type AttentionKernel,
  type AttentionShape,
  attentionFlops,
  type KernelText
} from "./attentionParts.js";
import {attentionRows} from "./attentionRows.js";
import {attentionTiles} from "./attentionTiles.js";
import {webgpuKernel} from "./kernels.js";
import {rotaryTable} from "./rotaryTable.js";
import {settings} from "./settings.js";

const variants = {rows: attentionRows, tiles: attentionTiles};

/** Who computes rows of the result: a thread a few, all by itself, or a workgroup a tile of them. */
export type AttentionVariant = keyof typeof variants;

/** What the kernels know of a call besides its tensors. */
export interface AttentionAttributes extends AttentionShape {
  variant: AttentionVariant;
  /** Of the dropout: the seed, the site, and the elements before the first. */
  place?: number[];
}

/**
 * The way that is chosen for attention of this shape on this device. `op` is the operation in a given way, or by its
 * definition for null.
 */
export function attentionVariant(
  shape: AttentionShape,
  op: (qkv: tf.Tensor, variant: AttentionVariant | null) => tf.Tensor
): AttentionVariant {
  const {T, H, K, D, causal} = shape;
  return chooseVariant({
    kind: causal ? "causal attention" : "attention",
    sizes: [T, H, K, D],
    candidates: candidates(shape),
    exists: (variant) => variant in variants,
    trial: () => trialOf(shape, op)
  }) as AttentionVariant;
}

/** GPUs share what a workgroup has loaded; where there is little of it, as well as on a processor, it may not be worth it. */
function candidates({T, D}: AttentionShape): readonly AttentionVariant[] {
  if (isOnSoftware()) return ["rows"];
  return T * D <= SMALL ? ["tiles", "rows"] : ["tiles"];
}

const SMALL = 64 * 64;

/** Forwards and backwards on a few random rows of a batch, held against the definition. */
function trialOf(
  {T, H, K, D}: AttentionShape,
  op: (qkv: tf.Tensor, variant: AttentionVariant | null) => tf.Tensor
): Trial {
  const B = Math.ceil(32 / H);
  const random = (width: number, seed: number) => tf.keep(randomTensor([B, T, width], seed));
  const qkv = random((H + 2 * K) * D, 1);
  const dy = random(H * D, 2);
  const gradient = (variant: AttentionVariant | null) => tf.grad((qkv) => op(qkv, variant))(qkv, dy);
  return {
    run: (variant) => tf.tidy(() => gradient(variant as AttentionVariant)),
    async error(result) {
      const share = tf.tidy(() => {
        const expected = gradient(null);
        return tf.div(tf.max(tf.abs(tf.sub(result, expected))), tf.max(tf.abs(expected)));
      });
      const [error] = await share.data();
      share.dispose();
      return error!;
    },
    dispose: () => tf.dispose([qkv, dy])
  };
}

/**
 * FlashAttention (Dao et al. 2022) with the online softmax of Milakov & Gimelshein (2018): nothing of size T × T is
 * ever in memory. From qkv [B, T, (H + 2K)·D], with the queries, keys and values read where they lie, makes the mixed
 * values y [B, T, H·D] and the statistics [B·H·T + 1, 2]: the log-sum-exp of each row of scores, a place for the
 * backward kernels, and behind the last row the dropout key.
 */
export function attentionForward(
  qkv: tf.Tensor,
  padding: tf.Tensor | undefined,
  dropout: DropoutSite | undefined,
  attributes: AttentionAttributes
): [y: tf.Tensor, statistics: tf.Tensor] {
  const {H, T} = attributes;
  const clock = dropout && (dropout.clock ?? tf.tensor1d([dropout.step], "int32"));
  const place = dropout && [dropout.seed, dropout.site, (dropout.firstRow ?? 0) * H * T * T];
  return forward(
    {qkv, ...(padding && {padding}), ...(clock && {clock})},
    {...attributes, ...(place && {place})}
  ) as [tf.Tensor, tf.Tensor];
}

/** The gradient of qkv, [B, T, (H + 2K)·D], from that of y; the weights are computed again from the statistics. */
export function attentionBackward(
  dy: tf.Tensor,
  [qkv, y, statistics, padding]: readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor?],
  attributes: AttentionAttributes
): tf.Tensor {
  return backward({qkv, y, dy, statistics, ...(padding && {padding})}, attributes)[0]!;
}

const forward = webgpuKernel<AttentionAttributes>("MultiHeadAttention", ({inputs, attributes}) => {
  const {B, T, H, D} = attributes;
  const backend = webgpuBackend();
  const y = makeActivation([B, T, H * D], elementFor(attributes));
  const statistics = backend.makeTensorInfo([B * H * T + 1, 2], "float32");
  run(
    "forward",
    ["qkv", "padding", "place", "clock"],
    ["y", "statistics"],
    {...inputs, ...(attributes.place && {place: settings(...attributes.place)}), y, statistics},
    attributes
  );
  return [y, statistics];
});

const backward = webgpuKernel<AttentionAttributes>("MultiHeadAttentionGradient", ({inputs, attributes}) => {
  const {B, T, H, K, D} = attributes;
  const dqkv = makeActivation([B, T, (H + 2 * K) * D], elementFor(attributes));
  const tensors = {...inputs, dqkv};
  run("queryGradient", ["qkv", "y", "dy", "padding"], ["statistics", "dqkv"], tensors, attributes);
  run("keyValueGradient", ["qkv", "dy", "statistics", "padding"], ["dqkv"], tensors, attributes);
  return [dqkv];
});

/** As what the kernels see queries, keys, values and what is mixed of them. */
const elementFor = (attributes: AttentionAttributes): ElementType => textOf("forward", attributes).element;

/** Texts by all that they depend on: writing one takes longer than running it on a GPU. */
const written = new Map<string, KernelText>();

function textOf(kernel: AttentionKernel, {place: _, ...attributes}: AttentionAttributes): KernelText {
  const key = JSON.stringify([kernel, attributes]);
  let known = written.get(key);
  if (!known) {
    known = variants[attributes.variant](attributes, kernel);
    written.set(key, known);
  }
  return known;
}

/** Runs one kernel with those of the named arrays that this call has, and the angles of rotary positions. */
function run(
  kernel: AttentionKernel,
  reads: string[],
  writes: string[],
  tensors: Record<string, tf.TensorInfo>,
  attributes: AttentionAttributes
): void {
  const {T, D, hasRotary, variant} = attributes;
  const {code, grid, element} = textOf(kernel, attributes);
  const all = hasRotary ? {...tensors, angles: rotaryTable(T, D)} : tensors;
  const types: Record<string, ElementType> = {
    statistics: "vec2<f32>",
    padding: "i32",
    place: "i32",
    clock: "i32"
  };
  const declared = (names: string[]): Kernel["reads"] =>
    Object.fromEntries(names.filter((name) => name in all).map((name) => [name, types[name] ?? element]));
  dispatch(
    {
      name: `attention ${kernel} (${variant})`,
      reads: declared([...reads, "angles"]),
      writes: declared(writes),
      code,
      flops: attentionFlops(attributes, kernel)
    },
    all,
    grid
  );
}

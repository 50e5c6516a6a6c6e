import * as tf from "@tensorflow/tfjs-core";
import {expect} from "vitest";
import {
  type MultiHeadAttentionOptions,
  multiHeadAttention
} from "../../../src/components/ops/multiHeadAttention.js";
import {expectParity, normal} from "./parity.js";

/** Sums over up to 130 keys in another order, and exp of differences of scores in float32. Gradients pass through several. */
export const TOLERANCE = {forward: 5e-6, backward: 2e-5};

type Sizes = [B: number, T: number, H: number, K: number, D: number];
type Options = Omit<MultiHeadAttentionOptions, "nHead" | "nKvHead" | "padding">;
/** How many places at the end of each text are padding. */
type Padded = readonly number[];
export type AttentionCase = readonly [name: string, sizes: Sizes, options: Options, padded?: Padded];

export const dropout = {rate: 0.3, seed: 7, step: 5, site: 4};

/** Two, which together take every branch of the kernels but those of heads wider than 128. */
// biome-ignore format: a table
export const telling: readonly AttentionCase[] = [
  ["padding behind, looking ahead", [3, 20, 2, 1, 8], {causal: false, dropout}, [0, 9, 19]],
  ["everything", [2, 129, 4, 2, 24], {causal: true, rotary: true, dropout, slopes: [0.5, 0.3, 0.2, 0.1]}, [0, 31]]
];

/** Each option by itself, and sizes that are odd, even, or just a tile. */
// biome-ignore format: a table
export const thorough: readonly AttentionCase[] = [
  ["one position", [3, 1, 1, 1, 8], {causal: true}],
  ["no more than a tile", [2, 32, 1, 1, 32], {causal: true}],
  ["looking ahead", [1, 35, 2, 2, 16], {causal: false}],
  ["head size 64, shared keys, rotary", [1, 9, 4, 2, 64], {causal: true, rotary: true}],
  ["head size 256", [1, 5, 1, 1, 256], {causal: true, rotary: true}],
  ["head size 128, one key head", [1, 3, 2, 1, 128], {causal: true}],
  ["head size 1", [2, 7, 3, 3, 1], {causal: true, dropout}],
  ["head size 6, rotary, dropout", [2, 19, 4, 2, 6], {causal: false, rotary: true, dropout}],
  ["head size 12, rotary", [1, 11, 2, 1, 12], {causal: true, rotary: true}],
  ["ALiBi", [2, 70, 3, 1, 8], {causal: true, slopes: [0.5, 0.25, 0.0625]}],
  ["ALiBi looking ahead", [1, 21, 2, 2, 8], {causal: false, slopes: [2 ** -2.5, 0.1]}],
  ["rows of a later part of a batch", [2, 65, 2, 2, 8], {causal: true, dropout: {...dropout, firstRow: 3}}]
];

/** Holds a case to the definition's values and gradients. */
export async function expectCase(
  [, [B, T, H, K, D], options, padded]: AttentionCase,
  variant: "rows" | "tiles"
): Promise<void> {
  const ends = padded?.map((count) => Array.from({length: T}, (_, t) => (t >= T - count ? 1 : 0)));
  const padding = ends && tf.tensor2d(ends, [B, T], "int32");
  const op = (qkv: tf.Tensor) =>
    multiHeadAttention(qkv, {...options, nHead: H, nKvHead: K, padding, variant});
  const inputs = [normal([B, T, (H + 2 * K) * D], 3)];
  expect(await expectParity(op, inputs, normal([B, T, H * D], 4), TOLERANCE)).toEqual({
    forward: [`attention forward (${variant})`],
    backward: [`attention queryGradient (${variant})`, `attention keyValueGradient (${variant})`]
  });
}

import * as tf from "@tensorflow/tfjs-core";
import {beforeAll, describe, expect, it} from "vitest";
import {
  type CachedAttentionOptions,
  cachedAttention,
  type KeysAndValues
} from "../../../src/components/ops/cachedAttention.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {listening} from "../../../src/components/webgpu/runner.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {normal} from "./parity.js";

/** Sums of up to 300 products of numbers near 1 in another order, and exp a few units in the last place off. */
const TOLERANCE = 5e-6;

interface Case extends CachedAttentionOptions {
  /** Numbers in a head's vector, and positions of the context. */
  D: number;
  S: number;
  /** Tokens that are read at once, one after another; fewer than the rows of qkv where `T` is more. */
  pieces: number[];
  T?: number;
}

const cases: Record<string, Case> = {
  "one head of one number, one position": {nHead: 1, nKvHead: 1, D: 1, S: 1, pieces: [1]},
  "odd head size, token by token": {nHead: 3, nKvHead: 3, D: 5, S: 7, pieces: [1, 1, 1, 1, 1, 1, 1]},
  "vectors of four": {nHead: 2, nKvHead: 2, D: 8, S: 12, pieces: [1, 3, 1, 7]},
  "turned, shared heads": {nHead: 4, nKvHead: 2, rotary: true, D: 8, S: 9, pieces: [2, 1, 1, 5]},
  "turned, halves no multiple of four": {nHead: 2, nKvHead: 1, rotary: true, D: 6, S: 5, pieces: [1, 1, 3]},
  alibi: {nHead: 3, nKvHead: 1, slopes: [0.5, 0.25, 0.125], D: 4, S: 40, pieces: [37, 1, 1]},
  "more positions than threads": {nHead: 1, nKvHead: 1, D: 4, S: 300, pieces: [258, 1, 2]},
  "the widest head": {nHead: 1, nKvHead: 1, rotary: true, D: 256, S: 6, pieces: [4, 1]},
  "rows without a token": {nHead: 2, nKvHead: 2, D: 4, S: 8, pieces: [3, 1, 4], T: 5}
};

const emptyCache = ({nKvHead, S, D}: Case): KeysAndValues => ({
  keys: tf.variable(tf.zeros([nKvHead, S, D]), false),
  values: tf.variable(tf.zeros([nKvHead, S, D]), false)
});

/** A variable's or a result's values as they are on the device now. */
const read = async (tensor: tf.Tensor): Promise<Float32Array> => {
  const copy = tf.tidy(() => tf.add(tensor, 0));
  const values = new Float32Array(await copy.data());
  copy.dispose();
  return values;
};

/** All the rows that hold tokens, and the cache at the end, and how many kernels ran. */
async function decode(given: Case, kernels: boolean, spoil?: (x: tf.Tensor) => tf.Tensor) {
  const {nHead: H, nKvHead: K, D, pieces} = given;
  const cache = emptyCache(given);
  const rows: number[] = [];
  let ran = 0;
  let first = 0;
  setKernels(kernels);
  try {
    for (const count of pieces) {
      const T = given.T ?? count;
      const plain = normal([1, T, (H + 2 * K) * D], 7 + first);
      const qkv = spoil?.(plain) ?? plain;
      const places = Array.from({length: T}, (_, t) => (t < count ? first + t : -1));
      const positions = tf.tensor1d(places, "int32");
      const y = listening(
        () => void ran++,
        () => cachedAttention(qkv, cache, positions, given)
      );
      expect(y.shape).toEqual([1, T, H * D]);
      rows.push(...(await read(y)).subarray(0, count * H * D));
      first += count;
      tf.dispose([plain, qkv, positions, y]);
    }
    const keys = await read(cache.keys);
    const values = await read(cache.values);
    return {rows: Float32Array.from(rows), keys, values, ran};
  } finally {
    setKernels(true);
    tf.dispose([cache.keys, cache.values]);
  }
}

describe("cached attention", () => {
  const definitions = new Map<string, Awaited<ReturnType<typeof decode>>>();
  beforeAll(async () => {
    await useBackend("cpu");
    for (const [name, given] of Object.entries(cases)) definitions.set(name, await decode(given, false));
    await useBackend("webgpu");
  });

  it.each(
    Object.entries(cases).flatMap(([name, given]) =>
      (["groups", "rows"] as const).map((variant) => [name, variant, {...given, variant}] as const)
    )
  )("agrees with its definition: %s, %s", async (name, _, given) => {
    const kernels = await decode(given, true);
    const definition = definitions.get(name)!;
    expect([kernels.ran, definition.ran]).toEqual([2 * given.pieces.length, 0]);
    expect(relativeError(kernels.rows, definition.rows)).toBeLessThan(TOLERANCE);
    expect(relativeError(kernels.keys, definition.keys)).toBeLessThan(TOLERANCE);
    expect(kernels.values).toEqual(definition.values);
    expect(await decode(given, true)).toEqual(kernels);
  });

  it("reads token by token what it reads at once", async () => {
    const S = 6;
    const options = {nHead: 2, nKvHead: 1, rotary: true, D: 8, S, variant: "groups"} as const;
    const all = normal([1, S, 32], 3);
    const run = async (qkv: tf.Tensor, first: number, cache: KeysAndValues) => {
      const places = Array.from({length: qkv.shape[1]!}, (_, t) => first + t);
      return read(cachedAttention(qkv, cache, tf.tensor1d(places, "int32"), options));
    };
    const atOnce = await run(all, 0, emptyCache({...options, pieces: []}));
    const cache = emptyCache({...options, pieces: []});
    for (let t = 0; t < S; t++)
      expect(await run(tf.slice(all, [0, t, 0], [1, 1, 32]), t, cache)).toEqual(
        atOnce.slice(16 * t, 16 * (t + 1))
      );
  });

  it.each(["groups", "rows"] as const)("lets NaN through to the tokens that see it, %s", async (variant) => {
    const given: Case = {nHead: 1, nKvHead: 1, D: 4, S: 4, pieces: [1, 1, 1], variant};
    let piece = 0;
    const {rows} = await decode(given, true, (x) => (piece++ === 1 ? tf.mul(x, Number.NaN) : tf.clone(x)));
    expect(Array.from(rows, Number.isNaN)).toEqual(Array.from({length: 12}, (_, i) => i >= 4));
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {
  type MultiHeadAttentionOptions,
  multiHeadAttention
} from "../../../src/components/ops/multiHeadAttention.js";
import {tune, tuning} from "../../../src/components/webgpu/autotune.js";
import {type BufferPool, webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {expectParity, normal, outcome} from "./parity.js";

/** Sums over up to 130 keys in another order, and exp of differences of scores in float32. Gradients pass through several. */
const TOLERANCE = {forward: 5e-6, backward: 2e-5};

type Sizes = [B: number, T: number, H: number, K: number, D: number];
type Options = Omit<MultiHeadAttentionOptions, "nHead" | "nKvHead" | "padding">;
/** How many places at the end of each text are padding. */
type Padded = readonly number[];

const dropout = {rate: 0.3, seed: 7, step: 5, site: 4};

// biome-ignore format: a table
const cases: [name: string, sizes: Sizes, options: Options, padded?: Padded][] = [
  ["one position", [3, 1, 1, 1, 8], {causal: true}],
  ["no more than a tile", [2, 32, 1, 1, 32], {causal: true}],
  ["looking ahead", [1, 35, 2, 2, 16], {causal: false}],
  ["head size 64, shared keys, rotary", [1, 9, 4, 2, 64], {causal: true, rotary: true}],
  ["head size 128, one key head", [1, 3, 2, 1, 128], {causal: true}],
  ["head size 256", [1, 5, 1, 1, 256], {causal: true, rotary: true}],
  ["head size 1", [2, 7, 3, 3, 1], {causal: true, dropout}],
  ["head size 6, rotary, dropout", [2, 19, 4, 2, 6], {causal: false, rotary: true, dropout}],
  ["head size 12, rotary", [1, 11, 2, 1, 12], {causal: true, rotary: true}],
  ["ALiBi", [2, 70, 3, 1, 8], {causal: true, slopes: [0.5, 0.25, 0.0625]}],
  ["ALiBi looking ahead", [1, 21, 2, 2, 8], {causal: false, slopes: [2 ** -2.5, 0.1]}],
  ["padding behind, looking ahead", [3, 20, 2, 1, 8], {causal: false, dropout}, [0, 9, 19]],
  ["rows of a later part of a batch", [2, 65, 2, 2, 8], {causal: true, dropout: {...dropout, firstRow: 3}}],
  ["everything", [2, 129, 4, 2, 24], {causal: true, rotary: true, dropout, slopes: [0.5, 0.3, 0.2, 0.1]}, [0, 31]]
];

describe.each(["rows", "tiles"] as const)("by %s", (variant) => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(cases)("%s: the definition's values and gradients", async (_, [B, T, H, K, D], options, padded) => {
    const ends = padded?.map((count) => Array.from({length: T}, (_, t) => (t >= T - count ? 1 : 0)));
    const padding = ends && tf.tensor2d(ends, [B, T], "int32");
    const op = (qkv: tf.Tensor) =>
      multiHeadAttention(qkv, {...options, nHead: H, nKvHead: K, padding, variant});
    const inputs = [normal([B, T, (H + 2 * K) * D], 3)];
    expect(await expectParity(op, inputs, normal([B, T, H * D], 4), TOLERANCE)).toEqual({
      forward: [`attention forward (${variant})`],
      backward: [`attention queryGradient (${variant})`, `attention keyValueGradient (${variant})`]
    });
  });

  const options = {nHead: 1, nKvHead: 1, causal: true, variant};

  it("gives a query that sees only padding nothing, and a loss that does not count it never notices", async () => {
    const padding = tf.tensor2d([[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1]], [2, 6], "int32"); // biome-ignore format: rows
    const counted = tf.reshape(tf.sub(1, tf.cast(padding, "float32")), [2, 6, 1]);
    const op = (qkv: tf.Tensor) => multiHeadAttention(qkv, {...options, padding});
    const [qkv, dy] = [normal([2, 6, 24], 3), tf.mul(normal([2, 6, 8], 4), counted)];
    const {value, gradients} = await outcome(op, [qkv], dy, true);
    const definition = await outcome(op, [qkv], dy, false);
    const isCounted = (i: number) => i >= 3 * 8 && i < 6 * 8;
    expect([...value].map((x) => x !== 0)).toEqual([...value].map((_, i) => isCounted(i)));
    const seen = (y: Float32Array) => y.filter((_, i) => isCounted(i));
    expect(relativeError(seen(value), seen(definition.value))).toBeLessThan(TOLERANCE.forward);
    expect(relativeError(gradients[0]!, definition.gradients[0]!)).toBeLessThan(TOLERANCE.backward);
  });

  it("reads the step of dropout from the clock", async () => {
    const [qkv, dy] = [normal([1, 9, 24], 3), normal([1, 9, 8], 4)];
    const withDropout = (change: object) =>
      outcome(
        (qkv) => multiHeadAttention(qkv, {...options, dropout: {...dropout, ...change}}),
        [qkv],
        dy,
        true
      );
    const told = await withDropout({});
    expect(await withDropout({step: 99, clock: tf.tensor1d([5], "int32")})).toEqual(told);
    expect(relativeError((await withDropout({step: 6})).value, told.value)).toBeGreaterThan(0.1);
  });

  it("keeps NaN", async () => {
    const y = multiHeadAttention(tf.fill([1, 9, 24], Number.NaN), options);
    expect([...(await y.data())].every(Number.isNaN)).toBe(true);
  });

  it("stays exact with scores of ±10,000", async () => {
    // √8 · 10,000 / 200 = 141.42…
    const row = (q: number, k: number, v: number) => [
      q,
      ...Array(7).fill(0),
      k,
      ...Array(7).fill(0),
      ...Array(8).fill(v)
    ];
    const qkv = tf.tensor3d([[row(200, -141.42, 1), row(200, 141.42, 5)]]);
    const y = await multiHeadAttention(qkv, {...options, causal: false}).data();
    expect([...y]).toEqual(Array(16).fill(5));
  });

  it("takes memory in proportion to T", () => {
    // The scores of one head at 512 positions are four times those at 256.
    expect(bytesTaken(512) / bytesTaken(256)).toBeLessThan(2.2);
  });

  /** Bytes of the buffers that a forward and a backward pass ask for. */
  function bytesTaken(T: number): number {
    const backend = webgpuBackend();
    const pool = backend.bufferManager;
    const qkv: tf.Tensor = tf.zeros([1, T, 24]);
    let bytes = 0;
    backend.bufferManager = {
      acquireBuffer(size, usage, mapped, reuse) {
        bytes += size;
        return pool.acquireBuffer(size, usage, mapped, reuse);
      },
      releaseBuffer: (buffer, reuse) => pool.releaseBuffer(buffer, reuse)
    } as BufferPool;
    try {
      tf.grad((qkv: tf.Tensor) => multiHeadAttention(qkv, options))(qkv);
      return bytes;
    } finally {
      backend.bufferManager = pool;
    }
  }
});

describe("the choice between them", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const attend = () =>
    multiHeadAttention(normal([1, 5, 24], 3), {nHead: 1, nKvHead: 1, causal: true, rotary: true, dropout});

  it("is for rows on a software adapter, and measured where a GPU has little to do", async () => {
    attend();
    const key = "causal attention 5×1×1×8";
    expect(tuning()[key]).toBe("rows");
    const {device} = webgpuBackend();
    Object.defineProperty(device, "adapterInfo", {value: {vendor: "acme"}, configurable: true});
    attend();
    expect(tuning()[key]).toBe("tiles");
    expect(await tune()).toEqual([]);
    expect(["rows", "tiles"]).toContain(tuning()[key]);
  });
});

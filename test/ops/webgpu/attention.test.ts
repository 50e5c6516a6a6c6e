import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {multiHeadAttention} from "../../../src/components/ops/multiHeadAttention.js";
import {tune, tuning} from "../../../src/components/webgpu/autotune.js";
import {type BufferPool, webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend, useNullWebgpu} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {dropout, expectCase, TOLERANCE, telling} from "./attentionCases.js";
import {normal, outcome} from "./parity.js";

describe.each(["rows", "tiles"] as const)("by %s", (variant) => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // A program in place of a GPU takes seconds to compile each kernel: the rest is in test/verify.
  it.each(telling.map((attention) => ({name: attention[0], attention})))(
    "$name: the definition's values and gradients",
    ({attention}) => expectCase(attention, variant)
  );

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
});

describe("by either", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // Both read it by the same lines.
  it("reads the step of dropout from the clock", async () => {
    const [qkv, dy] = [normal([1, 9, 24], 3), normal([1, 9, 8], 4)];
    const withDropout = (change: object) =>
      outcome(
        (qkv) =>
          multiHeadAttention(qkv, {nHead: 1, nKvHead: 1, causal: true, dropout: {...dropout, ...change}}),
        [qkv],
        dy,
        true
      );
    const told = await withDropout({});
    expect(await withDropout({step: 99, clock: tf.tensor1d([5], "int32")})).toEqual(told);
    expect(relativeError((await withDropout({step: 6})).value, told.value)).toBeGreaterThan(0.1);
  });
});

describe("the choice between them", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const attend = () => multiHeadAttention(normal([1, 5, 24], 3), {nHead: 1, nKvHead: 1, causal: true});

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

describe("its memory", () => {
  // What kernels take does not depend on their work being done, nor on their being compiled, which takes seconds.
  beforeAll(useNullWebgpu);
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(["rows", "tiles"] as const)("is in proportion to T, by %s", (variant) => {
    // The scores of one head at twice as many positions are four times those.
    const T = variant === "rows" ? 256 : 128;
    expect(bytesTaken(variant, 2 * T) / bytesTaken(variant, T)).toBeLessThan(2.2);
  });

  /** Bytes of the buffers that a forward and a backward pass ask for. */
  function bytesTaken(variant: "rows" | "tiles", T: number): number {
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
      tf.grad((qkv: tf.Tensor) => multiHeadAttention(qkv, {nHead: 1, nKvHead: 1, causal: true, variant}))(
        qkv
      );
      return bytes;
    } finally {
      backend.bufferManager = pool;
    }
  }
});

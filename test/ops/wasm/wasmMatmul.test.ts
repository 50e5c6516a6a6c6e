import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {matmul} from "../../../src/components/ops/matmul.js";
import {wasmMatmul} from "../../../src/components/ops/wasm/wasmMatmul.js";
import {createRandom} from "../../../src/components/random.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

/** Against the cpu backend, which sums in float64: float32 sums of up to 600 terms differ in the seventh digit. */
const TOLERANCE = 2e-6;

const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true]
] as const;

const random = createRandom(11);
const normals = (shape: number[]) =>
  Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => random.normal());
/** 1 … limit, small sizes as likely as large ones. */
const size = (limit: number) => Math.ceil(limit ** random.uniform());

/** Random matrices whose product has the shape [.., M, N]. */
function sides(batch: number[], M: number, K: number, N: number, transposeA: boolean, transposeB: boolean) {
  const aShape = [...batch, ...(transposeA ? [K, M] : [M, K])];
  const bShape = [...batch, ...(transposeB ? [N, K] : [K, N])];
  return {a: {shape: aShape, values: normals(aShape)}, b: {shape: bShape, values: normals(bShape)}};
}

type Side = ReturnType<typeof sides>["a"];
const tensor = ({shape, values}: Side) => tf.tensor(values, shape);

describe("wasmMatmul", () => {
  beforeAll(() => useBackend("wasm"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(transposes)("agrees with the cpu backend on random shapes, transposed %s, %s", async (tA, tB) => {
    // Sums longer than the kernel's parts of 256, and exact parts; then sizes as they come.
    const cases: [number[], number, number, number][] = [
      [[], 4, 256, 8],
      [[2], 5, 257, 9],
      [[], 3, 600, 17],
      [[1, 1], 1, 1, 1]
    ];
    for (let i = 0; i < 40; i++)
      cases.push([[[], [size(5)], [size(3), size(4)]][i % 3]!, size(70), size(300), size(70)]);
    for (const [batch, M, K, N] of cases) {
      const {a, b} = sides(batch, M, K, N, tA, tB);
      await useBackend("cpu");
      const expected = await tf.matMul(tensor(a), tensor(b), tA, tB).data();
      await useBackend("wasm");
      const result = wasmMatmul(tensor(a), tensor(b), tA, tB)!;
      expect(result.shape).toEqual([...batch, M, N]);
      expect(result.dtype).toBe("float32");
      expect(relativeError(await result.data(), expected), `[${batch}] ${M} ${K} ${N}`).toBeLessThan(
        TOLERANCE
      );
    }
  });

  it("gives each result the same bits whatever else is multiplied with it", async () => {
    const {a, b} = sides([], 30, 300, 21, false, false);
    const whole = (await wasmMatmul(tensor(a), tensor(b), false, false)!.array()) as number[][];
    const row = wasmMatmul(tf.slice(tensor(a), [17, 0], [1, 300]), tensor(b), false, false)!;
    expect(await row.array()).toEqual([whole[17]]);
    const column = wasmMatmul(tensor(a), tf.slice(tensor(b), [0, 20], [300, 1]), false, false)!;
    expect(await column.array()).toEqual(whole.map((results) => [results[20]]));
    const batch = wasmMatmul(
      tf.stack([tensor(a), tensor(a)]),
      tf.stack([tf.transpose(tensor(b)), tf.transpose(tensor(b))]),
      false,
      true
    )!;
    expect(await batch.array()).toEqual([whole, whole]);
  });

  it("writes nothing beyond its result", async () => {
    for (const [M, N] of [
      [1, 1],
      [3, 5],
      [5, 11]
    ] as const) {
      const {a, b} = sides([2], M, 7, N, false, false);
      const around = Array.from({length: 40}, () => tf.fill([2 * M * N], 42));
      // Every second place is free again: results and scratch fall between values that must stay.
      for (let i = 0; i < 40; i += 2) around[i]!.dispose();
      for (let i = 0; i < 20; i++) wasmMatmul(tensor(a), tensor(b), false, false);
      for (let i = 1; i < 40; i += 2) expect(new Set(await around[i]!.data())).toEqual(new Set([42]));
    }
  });

  it("keeps infinities and NaN to the rows and columns they belong to", async () => {
    const a = tf.tensor2d([1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6], [3, 2]);
    const result = await wasmMatmul(a, tf.ones([2, 3]), false, false)!.array();
    const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(result).toEqual([
      [3, 3, 3],
      [nan, nan, nan],
      [infinite, infinite, infinite]
    ]);
  });

  it("leaves only its result in memory", () => {
    const a = tf.ones([2, 9, 33]);
    const b = tf.ones([2, 33, 5]);
    const before = tf.memory();
    const ids = tf.backend().numDataIds();
    for (let i = 0; i < 100; i++) wasmMatmul(a, b, false, false)!.dispose();
    expect(tf.memory()).toEqual(before);
    expect(tf.backend().numDataIds()).toBe(ids);
    const result = wasmMatmul(a, b, false, false)!;
    expect(tf.memory().numBytes - before.numBytes).toBe(4 * 2 * 9 * 5);
    result.dispose();
  });

  it("reads and writes the right places after the memory has grown", async () => {
    const {a, b} = sides([3], 6, 20, 10, true, false);
    const [left, right] = [tensor(a), tensor(b)];
    const before = await wasmMatmul(left, right, true, false)!.data();
    // 64 MiB more than there is.
    const {HEAPU8} = (tf.backend() as unknown as {wasm: {HEAPU8: Uint8Array}}).wasm;
    tf.zeros([HEAPU8.length / 4 + 2 ** 24]);
    expect(await wasmMatmul(left, right, true, false)!.data()).toEqual(before);
  });

  it("takes a tensor that another backend holds", async () => {
    await useBackend("cpu");
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    await useBackend("wasm");
    expect(await wasmMatmul(a, tf.tensor2d([1, 0, 0, 1], [2, 2]), true, false)!.array()).toEqual([
      [1, 3],
      [2, 4]
    ]);
  });

  it("is what matmul uses here, with no transposition of its own", async () => {
    const {a, b} = sides([2], 3, 4, 5, true, true);
    const {kernels} = await tf.profile(() => matmul(tensor(a), tensor(b), true, true));
    expect(kernels.map(({name}) => name)).toEqual(["StridedMatMul"]);
  });

  it("leaves to tfjs what it cannot multiply", async () => {
    const [square, batch] = [tf.ones([2, 2]), tf.ones([3, 2, 2])];
    expect(wasmMatmul(batch, square, false, false)).toBeNull();
    expect(await matmul(batch, square, true, true).array()).toEqual(Array(3).fill(Array(2).fill([2, 2])));
    expect(wasmMatmul(tf.ones([2, 2], "int32"), square, false, false)).toBeNull();
    expect(wasmMatmul(tf.ones([0, 2]), square, false, false)).toBeNull();
    expect(wasmMatmul(tf.ones([2, 3]), square, false, false)).toBeNull();
    expect(() => matmul(tf.ones([2, 3]), square)).toThrow(/inner/i);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {matmul, rows, sumRows} from "../../src/components/ops/matmul.js";
import {setKernels} from "../../src/components/ops/webgpu/kernels.js";
import {createRandom} from "../../src/components/random.js";
import {backendNames, useBackend} from "../backends.js";
import {relativeError} from "./fixtures.js";

/** float32 against float64: a few units in the seventh digit for sums of tens of terms. */
const TOLERANCE = 2e-6;

function normals(count: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({length: count}, () => random.normal());
}

/** The definition, in float64: out[m, n] = Σₖ a[m, k] · b[k, n], with either side stored transposed. */
function product(
  a: Float32Array,
  b: Float32Array,
  [M, K, N]: [number, number, number],
  transposeA: boolean,
  transposeB: boolean
): number[] {
  const out: number[] = [];
  for (let m = 0; m < M; m++)
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++)
        sum += (transposeA ? a[k * M + m]! : a[m * K + k]!) * (transposeB ? b[n * K + k]! : b[k * N + n]!);
      out.push(sum);
    }
  return out;
}

const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true]
] as const;

describe.each(backendNames)("matmul on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // Sizes that tiles of 4, 8 and 32 do not divide, and one that they do.
  describe.each([
    [3, 5, 2],
    [33, 17, 9],
    [32, 64, 32],
    [1, 40, 1]
  ])("[%i, %i] by [.., %i]", (M, K, N) => {
    it.each(transposes)("transposeA %s, transposeB %s", async (transposeA, transposeB) => {
      const [a, b] = [normals(M * K, 1), normals(K * N, 2)];
      const result = matmul(
        tf.tensor2d(a, transposeA ? [K, M] : [M, K]),
        tf.tensor2d(b, transposeB ? [N, K] : [K, N]),
        transposeA,
        transposeB
      );
      expect(result.shape).toEqual([M, N]);
      const expected = product(a, b, [M, K, N], transposeA, transposeB);
      expect(relativeError(await result.data(), expected)).toBeLessThan(TOLERANCE);
    });
  });

  it.each(transposes)("multiplies each matrix of a batch, transposeA %s, transposeB %s", async (tA, tB) => {
    const [M, K, N] = [5, 7, 6];
    const [a, b] = [normals(6 * M * K, 3), normals(6 * K * N, 4)];
    const result = matmul(
      tf.tensor4d(a, tA ? [2, 3, K, M] : [2, 3, M, K]),
      tf.tensor4d(b, tB ? [2, 3, N, K] : [2, 3, K, N]),
      tA,
      tB
    );
    expect(result.shape).toEqual([2, 3, M, N]);
    const expected: number[] = [];
    for (let i = 0; i < 6; i++) {
      const [left, right] = [a.subarray(i * M * K, (i + 1) * M * K), b.subarray(i * K * N, (i + 1) * K * N)];
      expected.push(...product(left, right, [M, K, N], tA, tB));
    }
    expect(relativeError(await result.data(), expected)).toBeLessThan(TOLERANCE);
  });

  it("sumRows adds all vectors of the last axis", async () => {
    const x = normals(3 * 100 * 11, 7);
    const result = sumRows(tf.tensor3d(x, [3, 100, 11]));
    expect(result.shape).toEqual([11]);
    const expected = product(
      Float32Array.from({length: 300}, () => 1),
      x,
      [1, 300, 11],
      false,
      false
    );
    expect(relativeError(await result.data(), expected)).toBeLessThan(TOLERANCE);
  });

  // The gradient of a weight sums over all tokens of a batch: long, and into a small matrix.
  it("gives the same bits every time for sums of 2,000 terms and more", async () => {
    for (const K of [2000, 4096]) {
      // More than 128 results: fewer would be summed by one workgroup each, in order.
      const [M, N] = [40, 24];
      const [a, b] = [normals(K * M, 5), normals(K * N, 6)];
      const left = tf.tensor2d(a, [K, M]);
      const right = tf.tensor2d(b, [K, N]);
      const first = await matmul(left, right, true, false).data();
      // Sums of 4,096 products grow to about 64 standard deviations: errors do, too.
      expect(relativeError(first, product(a, b, [M, K, N], true, false))).toBeLessThan(10 * TOLERANCE);
      for (let repeat = 0; repeat < 10; repeat++)
        expect(await matmul(left, right, true, false).data()).toEqual(first);
    }
  });
});

it("without our kernels, leaves the choice of programs as it was after a long sum on webgpu, also when the product fails", async () => {
  await useBackend("webgpu");
  setKernels(false);
  const choice = tf.env().get("WEBGPU_MATMUL_PROGRAM_TYPE");
  const long: tf.Tensor2D = tf.zeros([2, 2048]);
  matmul(long, long, false, true).dispose();
  expect(tf.env().get("WEBGPU_MATMUL_PROGRAM_TYPE")).toBe(choice);
  expect(() => matmul(long, long)).toThrow(/inner/i);
  expect(tf.env().get("WEBGPU_MATMUL_PROGRAM_TYPE")).toBe(choice);
  long.dispose();
  setKernels(true);
});

it("rows makes every vector of the last axis a row", async () => {
  await useBackend("cpu");
  const x = tf.tensor3d([...Array(12).keys()], [2, 3, 2]);
  expect(rows(x).shape).toEqual([6, 2]);
  expect([...(await rows(x).data())]).toEqual([...Array(12).keys()]);
});

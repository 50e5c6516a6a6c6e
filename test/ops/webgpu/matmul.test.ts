import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {matmul} from "../../../src/components/ops/matmul.js";
import {toFloats, toHalves} from "../../../src/components/ops/webgpu/halves.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {webgpuMatmul} from "../../../src/components/ops/webgpu/matmul.js";
import {
  candidatesFor,
  isVariant,
  partsOf,
  tilingOf,
  variants
} from "../../../src/components/ops/webgpu/matmulVariants.js";
import {webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";
import {
  expectProducts,
  isLarge,
  moreShapes,
  multiplied,
  shapes,
  sides,
  TOLERANCE,
  tensor,
  transposes
} from "./matmulCases.js";

/** Products of halves, of which 16 are added up at a time: each is off by up to 2⁻¹¹ of it, and so is each sum. */
const HALF_TOLERANCE = 2e-3;

const inFull = variants.filter((variant) => !tilingOf(variant).isHalf);
const ofHalves = variants.filter((variant) => tilingOf(variant).isHalf);

describe("webgpuMatmul", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe.each(inFull)("by %s", (variant) => {
    // Both of these fetch each side both ways in all; the rest is in test/verify for tiles, and most for large ones,
    // which take long to compile.
    it.each(isLarge(variant) ? [] : transposes.slice(...(variant === "registers 8x8" ? [0] : [1, 3])))(
      "agrees with the cpu backend, transposed %s, %s",
      (tA, tB) =>
        expectProducts(variant, variant === "registers 8x8" ? [...shapes, ...moreShapes] : shapes, tA, tB)
    );
    if (variant === "tiles 128x128") {
      it("agrees with the cpu backend, aligned and not", async () => {
        await expectProducts(variant, shapes.slice(0, 1), false, true);
        await expectProducts(variant, shapes.slice(1), true, false);
      });
    }

    it("adds the rows of B on the way, in parts where sums are long, and gives the same bits every time", async () => {
      const sizes = [
        [12, 600, 8],
        [5, 777, 7]
      ] as const;
      for (const [M, K, N] of isLarge(variant) ? sizes.slice(1) : sizes) {
        const {a, b, expected} = await sides([], M, K, N, true, false);
        const run = () => multiplied(tensor(a), tensor(b), [true, false], variant, true);
        const {y, sums, parts} = run();
        expect(parts > 1).toBe(variant.startsWith("tiles"));
        const first = [await y.data(), await sums!.data()];
        expect(relativeError(first[0]!, expected)).toBeLessThan(TOLERANCE);
        const expectedSums = Array.from({length: N}, (_, n) => {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += b.values[k * N + n]!;
          return sum;
        });
        expect(relativeError(first[1]!, expectedSums)).toBeLessThan(TOLERANCE);
        const second = run();
        expect([await second.y.data(), await second.sums!.data()]).toEqual(first);
      }
    });

    if (isLarge(variant)) return;
    it("keeps infinities and NaN to the rows and columns they belong to", async () => {
      const a = tf.tensor2d([1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY, 6], [3, 2]);
      const {y} = multiplied(a, tf.ones([2, 3]), [false, false], variant);
      const [nan, infinite] = [Number.NaN, Number.POSITIVE_INFINITY];
      expect(await y.array()).toEqual([
        [3, 3, 3],
        [nan, nan, nan],
        [infinite, infinite, infinite]
      ]);
    });
  });

  it("multiplies halves where the device can, and else does not offer to", async () => {
    const canMultiply = webgpuBackend().device.features.has("shader-f16");
    const product = {batch: 1, M: 256, K: 256, N: 256, transposeA: false, transposeB: false};
    for (const variant of ofHalves) {
      expect(isVariant(variant)).toBe(canMultiply);
      expect(candidatesFor(product)).not.toContain(variant);
      if (!canMultiply) continue;
      for (const [tA, tB] of transposes) {
        const {a, b, expected} = await sides([], 68, 100, 36, tA, tB);
        const result = multiplied(toHalves(tensor(a)), toHalves(tensor(b)), [tA, tB], variant);
        expect(relativeError(await result.y.data(), expected)).toBeLessThan(HALF_TOLERANCE);
      }
      const {a, b, expected} = await sides([], 12, 600, 8, true, false);
      const {y, sums, parts} = multiplied(toHalves(tensor(a)), tensor(b), [true, false], variant, true);
      expect(parts).toBeGreaterThan(1);
      expect(relativeError(await y.data(), expected)).toBeLessThan(HALF_TOLERANCE);
      expect(await sums!.data()).toHaveLength(8);
    }
  });

  it.each(["registers 8x8", "tiles 64x64"] as const)(
    "reads sides in half precision, by %s",
    async (variant) => {
      const {a, b} = await sides([], 68, 20, 36, false, true);
      const [left, right] = [toHalves(tensor(a)), toHalves(tensor(b))];
      const rounded = multiplied(toFloats(left), toFloats(right), [false, true], variant).y;
      expect(await multiplied(left, right, [false, true], variant).y.data()).toEqual(await rounded.data());
    }
  );

  it("is what matmul uses here while kernels are on", async () => {
    const {a, b} = await sides([2], 3, 4, 5, true, true);
    const names = async () =>
      (await tf.profile(() => matmul(tensor(a), tensor(b), true, true))).kernels.map(({name}) => name);
    expect(await names()).toEqual(["OrderedMatMul"]);
    setKernels(false);
    expect(await names()).toEqual(["BatchMatMul"]);
    setKernels(true);
  });

  it("leaves to tfjs what it cannot multiply", async () => {
    const [square, batch] = [tf.ones([2, 2]), tf.ones([3, 2, 2])];
    expect(webgpuMatmul(batch, square, false, false)).toBeNull();
    expect(await matmul(batch, square, true, true).array()).toEqual(Array(3).fill(Array(2).fill([2, 2])));
    expect(webgpuMatmul(tf.ones([2, 2], "int32"), square, false, false)).toBeNull();
    expect(webgpuMatmul(tf.ones([0, 2]), square, false, false)).toBeNull();
    expect(webgpuMatmul(tf.ones([2, 3]), square, false, false)).toBeNull();
    expect(() => matmul(tf.ones([2, 3]), square)).toThrow(/inner/i);
  });

  it("leaves only its result in memory", () => {
    const [a, b] = [tf.ones([600, 9]), tf.ones([600, 5])];
    for (const variant of ["registers 8x8", "tiles 64x64"] as const) {
      const before = tf.memory().numTensors;
      const ids = tf.backend().numDataIds();
      multiplied(a, b, [true, false], variant).y.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expect(tf.backend().numDataIds()).toBe(ids);
    }
  });
});

describe("candidatesFor", () => {
  const product = {batch: 1, M: 768, K: 128, N: 512, transposeA: false, transposeB: false};
  it("offers a software adapter ways without barriers only", async () => {
    await useBackend("webgpu");
    expect(candidatesFor(product).every((name) => name.startsWith("registers"))).toBe(true);
    expect(candidatesFor(product)).not.toContain("registers 4x4");
    expect(candidatesFor({...product, M: 1})).toEqual(["registers 4x4"]);
  });
  it("offers it the shortest text for small products, which take longer to compile than to compute", async () => {
    await useBackend("webgpu");
    expect(candidatesFor({...product, M: 16, N: 16})).toEqual(["registers 4x4"]);
  });
});

describe("partsOf", () => {
  it("cuts long sums of small results into whole steps, none of them empty", () => {
    const product = {batch: 1, M: 384, K: 16384, N: 384, transposeA: true, transposeB: false};
    expect(partsOf(product, "tiles 64x64")).toBe(7);
    expect(partsOf(product, "registers 8x8")).toBe(1);
    expect(partsOf({...product, batch: 2}, "tiles 64x64")).toBe(1);
    expect(partsOf({...product, K: 500}, "tiles 64x64")).toBe(1);
    for (let K = 1; K < 3000; K += 7)
      for (const variant of inFull) {
        const parts = partsOf({...product, M: 16, N: 16, K}, variant);
        const step = variant === "tiles 128x128" ? 8 : 16;
        const length = Math.ceil(K / parts / step) * step;
        expect((parts - 1) * length).toBeLessThan(K);
      }
  });
});

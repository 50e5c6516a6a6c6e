import * as tf from "@tensorflow/tfjs-core";
import {afterEach, beforeAll, beforeEach, describe, expect, it} from "vitest";
import {matmul} from "../../../src/components/ops/matmul.js";
import {toFloats, toHalves} from "../../../src/components/ops/webgpu/halves.js";
import {setKernels} from "../../../src/components/ops/webgpu/kernels.js";
import {multiplyInParts, webgpuMatmul} from "../../../src/components/ops/webgpu/matmul.js";
import {
  candidatesFor,
  isVariant,
  partsOf,
  tilingOf,
  type Variant,
  variants
} from "../../../src/components/ops/webgpu/matmulVariants.js";
import {createRandom} from "../../../src/components/random.js";
import {webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

/** Against the cpu backend, which sums in float64: float32 sums of up to 600 terms differ in the seventh digit. */
const TOLERANCE = 2e-6;

/** Products of halves, of which 16 are added up at a time: each is off by up to 2⁻¹¹ of it, and so is each sum. */
const HALF_TOLERANCE = 2e-3;

const inFull = variants.filter((variant) => !tilingOf(variant).isHalf);
const ofHalves = variants.filter((variant) => tilingOf(variant).isHalf);

const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true]
] as const;

const random = createRandom(5);
const normals = (shape: number[]) =>
  Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => random.normal());
const tensor = ({shape, values}: {shape: number[]; values: Float32Array}) => tf.tensor(values, shape);

/** Random matrices whose product has the shape [.., M, N], and that product as the cpu backend has it. */
async function sides(batch: number[], M: number, K: number, N: number, tA: boolean, tB: boolean) {
  const [aShape, bShape] = [
    [...batch, ...(tA ? [K, M] : [M, K])],
    [...batch, ...(tB ? [N, K] : [K, N])]
  ];
  const a = {shape: aShape, values: normals(aShape)};
  const b = {shape: bShape, values: normals(bShape)};
  await useBackend("cpu");
  const expected = await tf.matMul(tensor(a), tensor(b), tA, tB).data();
  await tf.setBackend("webgpu");
  return {a, b, expected};
}

/** A product by a way of its own choice, and the sums of B's rows if there is to be a place for them. */
function multiplied(
  a: tf.Tensor,
  b: tf.Tensor,
  [tA, tB]: readonly [boolean, boolean],
  variant: Variant,
  wantsSums = false
) {
  const batch = tf.util.sizeFromShape(a.shape.slice(0, -2));
  const [M, K] = [a.shape.at(tA ? -1 : -2)!, a.shape.at(tA ? -2 : -1)!];
  const N = b.shape.at(tB ? -2 : -1)!;
  const product = {batch, M, K, N, transposeA: tA, transposeB: tB};
  const backend = webgpuBackend();
  const made = (shape: number[]) => backend.makeTensorInfo(shape, "float32");
  const [y, sums] = [made([...a.shape.slice(0, -2), M, N]), wantsSums ? made([N]) : null];
  multiplyInParts(product, {a, b, y}, sums, variant);
  const asTensor = ({dataId, shape}: tf.TensorInfo) =>
    tf.engine().makeTensorFromDataId(dataId, shape, "float32", tf.backend());
  return {y: asTensor(y), sums: sums && asTensor(sums), parts: partsOf(product, variant)};
}

describe("webgpuMatmul", () => {
  beforeAll(() => useBackend("webgpu"));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  // Sides that are read four numbers at once and sides that are not, tiles that come out even and ones that do not.
  type Shape = [batch: number[], M: number, K: number, N: number];
  const shapes: Shape[] = [
    [[2], 68, 20, 36],
    [[], 5, 7, 9]
  ];
  const moreShapes: Shape[] = [
    [[], 8, 16, 32],
    [[2, 3], 9, 13, 4],
    [[], 1, 6, 70],
    [[], 3, 1, 1]
  ];
  describe.each(inFull)("by %s", (variant) => {
    // Both of these fetch each side both ways in all.
    it.each(variant === "registers 8x8" ? transposes : transposes.slice(1, 3))(
      "agrees with the cpu backend, transposed %s, %s",
      async (tA, tB) => {
        const all = variant === "registers 8x8" ? [...shapes, ...moreShapes] : shapes;
        for (const [batch, M, K, N] of all) {
          const {a, b, expected} = await sides(batch, M, K, N, tA, tB);
          const result = await multiplied(tensor(a), tensor(b), [tA, tB], variant).y.data();
          expect(relativeError(result, expected), `[${batch}] ${M} ${K} ${N}`).toBeLessThan(TOLERANCE);
        }
      }
    );

    it("adds the rows of B on the way, in parts where sums are long, and gives the same bits every time", async () => {
      for (const [M, K, N] of [
        [12, 600, 8],
        [5, 777, 7]
      ] as const) {
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

    // The larger tiles are written by the same lines as the smallest, and take long to compile.
    if (!/tiles 64x64|registers/.test(variant)) return;
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

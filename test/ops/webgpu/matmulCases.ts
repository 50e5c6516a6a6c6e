import * as tf from "@tensorflow/tfjs-core";
import {expect} from "vitest";
import {multiplyInParts} from "../../../src/components/ops/webgpu/matmul.js";
import {partsOf, type Variant} from "../../../src/components/ops/webgpu/matmulVariants.js";
import {createRandom} from "../../../src/components/random.js";
import {webgpuBackend} from "../../../src/components/webgpu/backend.js";
import {useBackend} from "../../backends.js";
import {relativeError} from "../fixtures.js";

/** Against the cpu backend, which sums in float64: float32 sums of up to 600 terms differ in the seventh digit. */
export const TOLERANCE = 2e-6;

export const transposes = [
  [false, false],
  [true, false],
  [false, true],
  [true, true]
] as const;

const random = createRandom(5);
const normals = (shape: number[]) =>
  Float32Array.from({length: tf.util.sizeFromShape(shape)}, () => random.normal());
export const tensor = ({shape, values}: {shape: number[]; values: Float32Array}) => tf.tensor(values, shape);

/** Random matrices whose product has the shape [.., M, N], and that product as the cpu backend has it. */
export async function sides(batch: number[], M: number, K: number, N: number, tA: boolean, tB: boolean) {
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
export function multiplied(
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

// Sides that are read four numbers at once and sides that are not, tiles that come out even and ones that do not.
export type Shape = [batch: number[], M: number, K: number, N: number];
export const shapes: Shape[] = [
  [[2], 68, 20, 36],
  [[], 5, 7, 9]
];
export const moreShapes: Shape[] = [
  [[], 8, 16, 32],
  [[2, 3], 9, 13, 4],
  [[], 1, 6, 70],
  [[], 3, 1, 1]
];

/** Variants whose kernels take a program in place of a GPU seconds to compile. */
export const isLarge = (variant: Variant): boolean =>
  variant.startsWith("tiles") && variant !== "tiles 64x64";

/** Holds products of all these shapes to the cpu backend's. */
export async function expectProducts(
  variant: Variant,
  shapes: readonly Shape[],
  tA: boolean,
  tB: boolean
): Promise<void> {
  for (const [batch, M, K, N] of shapes) {
    const {a, b, expected} = await sides(batch, M, K, N, tA, tB);
    const result = await multiplied(tensor(a), tensor(b), [tA, tB], variant).y.data();
    expect(relativeError(result, expected), `[${batch}] ${M} ${K} ${N}`).toBeLessThan(TOLERANCE);
  }
}

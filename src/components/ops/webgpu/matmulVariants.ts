import {webgpuBackend} from "../../webgpu/backend.js";
import {isOnSoftware} from "../../webgpu/chooseBackend.js";
import {halfLayout} from "../../webgpu/halfPrecision.js";
import type {Product, Tiling} from "./matmulKernel.js";

/**
 * The ways to cut a product among threads, by the names under which a choice is kept: renaming one or changing its
 * tiling changes the order of sums in runs that go on.
 */
const tilings = {
  // For a matrix of one to four rows, such as a single token's: all threads side by side.
  "registers 4x4": {rows: 4, columns: 4, threads: [64, 1], depth: 0},
  "registers 4x8": {rows: 4, columns: 8, threads: [8, 4], depth: 0},
  "registers 8x8": {rows: 8, columns: 8, threads: [8, 4], depth: 0},
  "tiles 64x64": {rows: 4, columns: 4, threads: [16, 16], depth: 16},
  "tiles 128x64": {rows: 8, columns: 4, threads: [16, 16], depth: 16},
  "tiles 64x128": {rows: 8, columns: 8, threads: [16, 8], depth: 16},
  "tiles 128x128": {rows: 8, columns: 8, threads: [16, 16], depth: 8},
  // For operands in half precision, where the device multiplies such numbers.
  "tiles 64x64 f16": {rows: 4, columns: 4, threads: [16, 16], depth: 16, isHalf: true},
  "tiles 128x128 f16": {rows: 8, columns: 8, threads: [16, 16], depth: 16, isHalf: true}
} as const satisfies Record<string, Tiling>;

export type Variant = keyof typeof tilings;

export const variants = Object.keys(tilings) as Variant[];

/** Whether there is a variant of that name that this device can run. */
export const isVariant = (name: string): name is Variant =>
  Object.hasOwn(tilings, name) && (!tilingOf(name as Variant).isHalf || computesHalves());

const computesHalves = (): boolean => halfLayout(webgpuBackend().device) === "native";

export const tilingOf = (variant: Variant): Tiling => tilings[variant];

/** Products of fewer multiplications take no time worth measuring. */
const SMALL = 2 ** 20;

/**
 * The variants that may be the fastest for a product on this adapter, whose operands may be in half precision; the
 * first is a fair guess.
 */
export function candidatesFor({batch, M, N, K}: Product, areHalves = false): readonly Variant[] {
  if (M <= 4) return ["registers 4x4"];
  const isSmall = batch * M * N * K < SMALL;
  // On both software adapters measured these were the first or near it, and measuring costs seconds there; for small
  // products the shortest text, because compiling it takes longest.
  if (isOnSoftware()) return [isSmall ? "registers 4x4" : "registers 8x8"];
  if (isSmall) return ["tiles 64x64"];
  const halves: Variant[] = areHalves && computesHalves() ? ["tiles 64x64 f16", "tiles 128x128 f16"] : [];
  return ["tiles 64x64", "tiles 128x64", "tiles 64x128", "tiles 128x128", "registers 8x8", ...halves];
}

/** Workgroups that keep a large GPU busy, and terms of a sum that are worth a part of their own. */
const [ENOUGH, LONG] = [256, 256];

/**
 * Parts to cut long sums into, so that a small result such as the gradient of a weight keeps a GPU busy. They are
 * added in order, so the number of parts follows from sizes and variant alone.
 */
export function partsOf({batch, M, N, K}: Product, variant: Variant): number {
  const {rows, columns, threads, depth} = tilings[variant];
  if (batch > 1 || depth === 0) return 1;
  const groups = Math.ceil(M / (rows * threads[1])) * Math.ceil(N / (columns * threads[0]));
  const parts = Math.max(1, Math.min(Math.floor(ENOUGH / groups), Math.floor(K / LONG)));
  // Whole steps: the last part must have something left.
  const length = Math.ceil(K / parts / depth) * depth;
  return Math.ceil(K / length);
}

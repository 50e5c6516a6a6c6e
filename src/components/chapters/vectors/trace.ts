import type {Frame} from "./bends.js";
import type {LinearCase, LinearResult} from "./protocol.js";
import type {PackedTable} from "./tokenTable.js";

/** What the page shows before anything is computed on it; made when the site is built, by the same code. */
export interface VectorsTrace {
  /** The opening network while it was trained. */
  frames: Frame[];
  /** The least error of narrower networks on the same function after as many steps, over `STARTS` starts. */
  widths: {units: number; error: number}[];
  linear: {layer: LinearCase; result: LinearResult};
  vocabulary: readonly string[];
  table: PackedTable;
}

/** The network that the page opens with. */
export const OPENING = {units: 16, learningRate: 0.02, seed: 7, preset: "wave"} as const;

/** Steps at which it was recorded. */
export const RECORDED = [0, 1, 2, 4, 7, 10, 15, 20, 30, 40, 55, 75, 100, 130, 170, 220, 300, 400];

/** Networks of the exercise, each trained as long from so many starts. */
export const WIDTHS = [2, 4] as const;
export const STARTS = 4;

import {isOnSoftware} from "../../webgpu/chooseBackend.js";
import type {ElementType, Grid} from "../../webgpu/runner.js";
import {folded} from "./grid.js";

/**
 * Who computes a row, such as one vector to be normalised: a single thread from end to end, with nothing to wait for,
 * or the threads of a workgroup together, whose neighbouring threads read neighbouring numbers. Software adapters are
 * quick at the first, GPUs at the second. The two add in different orders.
 */
export type RowWork = "thread" | "workgroup";

let chosen: RowWork | null = null;

/** Has rows computed this way; null leaves it to the adapter and the length. */
export function setRowWork(work: RowWork | null): void {
  chosen = work;
}

/** The longest row that a single thread computes, unless asked to: a longer sum would lose digits one after another. */
const LONGEST_ALONE = 4096;

/** How rows of that length are computed: as was asked, else by the adapter, so always the same way on the same one. */
export function rowWork(length: number): RowWork {
  if (chosen) return chosen;
  if (length > LONGEST_ALONE) return "workgroup";
  return isOnSoftware() ? "thread" : "workgroup";
}

/** The type that rows of that many numbers are read in, and how many of it make a row. */
export function unitsOf(length: number): {type: "f32" | ("vec4<f32>" & ElementType); units: number} {
  return length % 4 === 0 ? {type: "vec4<f32>", units: length / 4} : {type: "f32", units: length};
}

/** WGSL for rows of `units` elements of `type`. */
export interface RowProgram {
  work: RowWork;
  rows: number;
  /** The same as a WGSL expression of the arrays' lengths: the code is then good for any number of rows. */
  count: string;
  /** Numbers in a row. */
  length: number;
  /**
   * WGSL that computes row number `row`, of which this thread, one of LANES, takes the elements `lane`,
   * `lane + LANES`, … below UNITS. It may call
   * - `total(e: E) -> f32`: the numbers of one element added;
   * - `ofRow(lane, found: Found) -> Found`: what all threads found, put together by `combine`. Every thread of the row
   *   calls it and gets the result.
   */
  body: string;
  /** A few numbers that a thread finds out about its part of a row. */
  found?: "vec2f" | "vec3f";
  /** WGSL that puts together what two threads found, `a` and `b`; it adds by default. */
  combine?: string;
  /** Further WGSL declarations. */
  declarations?: string;
  /** Workgroups that share the rows; by default there are as many as rows. Only for work by workgroups. */
  groups?: number;
  /** WGSL around the loop over a workgroup's rows, with `groups`; it sees the workgroup's number as `group`. */
  before?: string;
  after?: string;
}

/** Rows of a workgroup whose threads work on their own. */
const ROWS_TOGETHER = 64;

/** Threads that share a row: as few as have about four elements each, in whole subgroups of the usual sizes. */
function lanesFor(units: number): number {
  let lanes = 32;
  while (lanes < 256 && lanes * 4 < units) lanes *= 2;
  return lanes;
}

/** The code of a kernel that computes rows, and the workgroups that it takes. */
export function rowProgram(program: RowProgram): {code: string; grid: Grid} {
  const {work, rows, count, length, body, found = "vec2f", combine = "a + b"} = program;
  const {declarations = "", before = "", after = ""} = program;
  const {type, units} = unitsOf(length);
  const alone = work === "thread";
  const lanes = alone ? 1 : lanesFor(units);
  const groups = program.groups ?? (alone ? Math.ceil(rows / ROWS_TOGETHER) : rows);
  const grid = folded(groups);
  const header = `
alias E = ${type};
alias Found = ${found};
const LENGTH = ${length}.0; // numbers in a row
const UNITS = ${units}u; // elements in a row
const LANES = ${lanes}u; // threads that share a row
fn total(e: E) -> f32 { return ${type === "f32" ? "e" : "(e.x + e.y) + (e.z + e.w)"}; }
fn combine(a: Found, b: Found) -> Found { return ${combine}; }
${declarations}`;
  const inputs = `@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32`;
  if (alone)
    return {
      grid,
      code: `${header}
fn ofRow(lane: u32, found: Found) -> Found { return found; }
// Every thread computes one row.
@compute @workgroup_size(${ROWS_TOGETHER})
fn main(${inputs}) {
  let lane = 0u;
  let row = (id.x + id.y * groups.x) * ${ROWS_TOGETHER}u + thread;
  if (row >= ${count}) { return; }
  ${body}
}`
    };
  return {
    grid,
    code: `${header}
var<workgroup> findings: array<Found, LANES>;
// Halves the number of findings until one is left, always in the same order.
fn ofRow(lane: u32, found: Found) -> Found {
  findings[lane] = found;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { findings[lane] = combine(findings[lane], findings[lane + half]); }
  }
  workgroupBarrier();
  let result = findings[0];
  workgroupBarrier(); // before anybody writes findings again
  return result;
}
// Every workgroup computes one row, or every so-manieth where there are fewer workgroups than rows.
@compute @workgroup_size(LANES)
fn main(${inputs}) {
  let lane = thread;
  let group = id.x + id.y * groups.x;
  ${before}
  for (var row = group; row < ${count}; row += groups.x * groups.y) {
    ${body}
  }
  ${after}
}`
  };
}

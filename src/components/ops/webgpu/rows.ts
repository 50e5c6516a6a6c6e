import type {ElementType, Grid, Kernel} from "../../webgpu/runner.js";
import {folded} from "./grid.js";
import {type Combination, reduction} from "./reduction.js";
import type {RowWork} from "./rowWork.js";

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
   * - `ofRow(lane, found: Found) -> Found`: what all threads found, put together. Every thread of the row calls it and
   *   gets the result.
   */
  body: string;
  /** A few numbers that a thread finds out about its part of a row. */
  found?: "vec2f" | "vec3f";
  /** How findings are put together; they are added by default. */
  combination?: Combination;
  /** Further WGSL declarations. */
  declarations?: string;
  /** Workgroups that share the rows; by default there are as many as rows. Not for rows by threads. */
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

/** The code of a kernel that computes rows, what it needs of WGSL, and the workgroups that it takes. */
export function rowProgram(
  program: RowProgram
): Required<Pick<Kernel, "code" | "extensions">> & {grid: Grid} {
  const {work, rows, count, length, body, found = "vec2f", combination} = program;
  const {declarations = "", before = "", after = ""} = program;
  const {type, units} = unitsOf(length);
  const alone = work === "thread";
  const lanes = alone ? 1 : lanesFor(units);
  const groups = program.groups ?? (alone ? Math.ceil(rows / ROWS_TOGETHER) : rows);
  const grid = folded(groups);
  const header = `
alias E = ${type};
const LENGTH = ${length}.0; // numbers in a row
const UNITS = ${units}u; // elements in a row
const LANES = ${lanes}u; // threads that share a row
fn total(e: E) -> f32 { return ${type === "f32" ? "e" : "(e.x + e.y) + (e.z + e.w)"}; }
${declarations}`;
  const inputs = `@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32`;
  if (alone)
    return {
      grid,
      extensions: [],
      code: `${header}
alias Found = ${found};
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
  const {code, begin, extensions} = reduction(work, lanes, found, combination);
  return {
    grid,
    extensions,
    code: `${header}${code}
fn ofRow(lane: u32, found: Found) -> Found { return ofAll(lane, found); }
// Every workgroup computes one row, or every so-manieth where there are fewer workgroups than rows.
@compute @workgroup_size(LANES)
fn main(${inputs}) {
  ${begin}
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

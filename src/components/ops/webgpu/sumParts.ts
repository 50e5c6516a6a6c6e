import type * as tf from "@tensorflow/tfjs-core";
import {dispatch} from "../../webgpu/runner.js";
import {folded} from "./grid.js";
import {countSubgroup, type Reduction, withinSubgroups} from "./reduction.js";

/** From this many parts on, several threads share a column. */
const MANY = 64;

/**
 * Adds parts of gradients that workgroups have summed each for themselves: parts [P, total size of the outputs] →
 * the outputs, side by side in a part. In a fixed order, in one dispatch. `way` is how threads that share a column put
 * their sums together.
 */
export function sumParts(
  parts: tf.TensorInfo,
  outputs: Readonly<Record<string, tf.TensorInfo>>,
  way: Reduction = "workgroup"
): void {
  const P = parts.shape[0]!;
  const names = Object.keys(outputs);
  const lengths = Object.values(outputs).map(({shape}) => shape.reduce((product, n) => product * n, 1));
  const isWide = lengths.every((length) => length % 4 === 0);
  const type = isWide ? "vec4<f32>" : "f32";
  const ends: number[] = [];
  for (const length of lengths) ends.push((ends.at(-1) ?? 0) + length / (isWide ? 4 : 1));
  const units = ends.at(-1)!;
  const lanes = P < MANY ? 1 : 32;
  const columns = lanes === 1 ? 64 : 8;
  const grid = folded(Math.ceil(units / columns));
  const writes = names.map((name, i) => {
    const start = ends[i - 1] ?? 0;
    return `  if (column >= ${start}u && column < ${ends[i]}u) { ${name}[column - ${start}u] = sum; }`;
  });
  const isShared = lanes > 1;
  const bySubgroups = isShared && way === "subgroup";
  dispatch(
    {
      name: "SumParts",
      reads: {parts: type},
      writes: Object.fromEntries(names.map((name) => [name, type])),
      extensions: bySubgroups ? withinSubgroups.extensions : [],
      code: `
alias E = ${type};
const COLUMNS = ${columns}u;
const LANES = ${lanes}u; // threads that share a column
var<workgroup> sums: array<array<E, COLUMNS>, LANES>;
fn write(column: u32, sum: E) {
${writes.join("\n")}
}
${bySubgroups ? countSubgroup : ""}
// Every workgroup adds COLUMNS neighbouring columns; of a column's threads, each takes every LANES-th part.
@compute @workgroup_size(${columns * lanes}) ${bySubgroups ? "@diagnostic(off, subgroup_uniformity)" : ""}
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) thread: u32) {
  let column = (id.x + id.y * ${grid[0]}u) * COLUMNS + thread % COLUMNS;
  let lane = thread / COLUMNS;
  var own = E();
  if (column < ${units}u) {
    for (var part = lane; part < ${P}u; part += LANES) { own += parts[part * ${units}u + column]; }
  }
  ${isShared ? (bySubgroups ? ofSubgroups : inPairs) : "write(column, own);"}
}`
    },
    {parts, ...outputs},
    grid
  );
}

/** WGSL by which the threads of a column add their own sums. */
const inPairs = `
  sums[lane][thread % COLUMNS] = own;
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane][thread % COLUMNS] += sums[lane + half][thread % COLUMNS]; }
  }
  if (lane == 0u) { write(column, sums[0][thread % COLUMNS]); }`;

/**
 * The same by subgroups, each of which adds the columns whose numbers, times LANES, are numbers of its threads. That is
 * one way or another each column once, whatever subgroups there are; whether it is one, all of a subgroup know.
 */
const ofSubgroups = `
  ${withinSubgroups.begin}
  sums[lane][thread % COLUMNS] = own;
  workgroupBarrier();
  for (var n = 0u; n < COLUMNS; n++) {
    if (subgroupAny(thread == n * LANES)) {
      var some = E();
      for (var i = rank; i < LANES; i += crew) { some += sums[i][n]; }
      let all = subgroupAdd(some);
      if (rank == 0u) { write(column - thread % COLUMNS + n, all); }
    }
  }`;

import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {gradientPlace} from "../../webgpu/gradientPlaces.js";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {dispatch} from "../../webgpu/runner.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import {rowProgram, unitsOf} from "./rows.js";
import {rowWork} from "./rowWork.js";
import {settings} from "./settings.js";
import {sumParts} from "./sumParts.js";

interface Attributes {
  /** Of the tokens' vectors. */
  factor: number;
  /** Row of the table of positions where the batch begins. */
  first: number;
}

/** Where a batch stands in the table of positions: its first row, and T. In a buffer, since both may vary. */
const stretchOf = ({first}: Attributes, ids: tf.TensorInfo): tf.TensorInfo =>
  settings(first, ids.shape.at(-1)!);

/** Row ids[n] of the table [V, C], times `factor`, and row first + n mod T of the positions: ids [B, T] → [B, T, C]. */
const forward = webgpuKernel<Attributes>("Embedding", ({inputs, attributes}) => {
  const {factor} = attributes;
  const {table, ids, positions} = inputs as {
    table: tf.TensorInfo;
    ids: tf.TensorInfo;
    positions?: tf.TensorInfo;
  };
  const [V, C] = table.shape as [number, number];
  const {type} = unitsOf(C);
  const y = makeActivation([...ids.shape, C], type);
  const {code, grid} = rowProgram({
    work: rowWork(C),
    rows: sizeOf(ids),
    count: "arrayLength(&ids)",
    length: C,
    body: `
    let token = ids[row];
    let isToken = token >= 0 && token < ${V};
    ${positions ? "let position = u32(stretch[0]) + row % u32(stretch[1]);" : ""}
    for (var i = lane; i < UNITS; i += LANES) {
      let vector = select(E(), table[u32(token) * UNITS + i], isToken)${factor === 1 ? "" : ` * E(${factor})`};
      y[row * UNITS + i] = vector${positions ? " + positions[position * UNITS + i]" : ""};
    }`
  });
  const at = {stretch: "i32", positions: type} as const;
  dispatch(
    {name: "Embedding", reads: {table: type, ids: "i32", ...(positions && at)}, writes: {y: type}, code},
    {...inputs, y, ...(positions && {stretch: stretchOf(attributes, ids)})},
    grid
  );
  return [y];
});

interface Backward {
  dy: tf.TensorInfo;
  ids: tf.TensorInfo;
  /** The table, whose values are not read. */
  table: tf.TensorInfo;
  /** The learned table of positions, likewise. */
  positions?: tf.TensorInfo;
}

/**
 * The gradients of the table, row v of which is the sum of dy over the places where the id is v, and of learned
 * positions, which is the sum of dy over the batch: dy [B, T, C], ids [B, T] → [V, C] and [rows, C]. Every sum is made
 * in one fixed order by one thread, so there is nothing to add atomically.
 */
const backward = webgpuKernel<Attributes>("EmbeddingBackward", ({inputs, attributes}) => {
  const given = inputs as unknown as Backward;
  const {table, positions} = given;
  const gradientOf = (parameter: tf.TensorInfo) =>
    gradientPlace(parameter) ?? webgpuBackend().makeTensorInfo(parameter.shape, "float32");
  const dtable = gradientOf(table);
  const dpositions = positions && gradientOf(positions);
  const way = rowWork(table.shape[1]!) === "thread" ? byColumns : byTokens;
  way(given, attributes, dtable, dpositions);
  return dpositions ? [dtable, dpositions] : [dtable];
});

const sizeOf = ({shape}: tf.TensorInfo): number => shape.reduce((product, length) => product * length, 1);

/** WGSL that sets `sum` to element `column` of row `row` of dpositions: 0 for positions that the batch does not reach. */
const sumOverBatch = (N: number) => /* wgsl */ `
    let first = u32(stretch[0]);
    let T = u32(stretch[1]);
    var sum = E();
    if (row >= first && row < first + T) {
      for (var n = row - first; n < ${N}u; n += T) { sum += dy[n * UNITS + column]; }
    }`;

/**
 * For processors: every thread has a column of both gradients to itself and walks down dy once for each, adding to
 * whichever row of the table the id names.
 */
function byColumns(
  {dy, ids}: Backward,
  attributes: Attributes,
  dtable: tf.TensorInfo,
  dpositions: tf.TensorInfo | undefined
): void {
  const {factor} = attributes;
  const [V, C] = dtable.shape as [number, number];
  const {type, units} = unitsOf(C);
  const N = sizeOf(ids);
  // Small workgroups, so that there are some for every core.
  const threads = 8;
  const grid = folded(Math.ceil(units / threads));
  const ofPositions = `
  for (var row = 0u; row < ${dpositions?.shape[0]}u; row++) {
    ${sumOverBatch(N)}
    dpositions[row * UNITS + column] = sum;
  }`;
  dispatch(
    {
      name: "EmbeddingBackward",
      reads: {dy: type, ids: "i32", ...(dpositions && {stretch: "i32"})},
      writes: {dtable: type, ...(dpositions && {dpositions: type})},
      code: `
alias E = ${type};
const UNITS = ${units}u;
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x + id.y * ${grid[0] * threads}u;
  if (column >= UNITS) { return; }
  for (var row = 0u; row < ${V}u; row++) { dtable[row * UNITS + column] = E(); }
  for (var n = 0u; n < ${N}u; n++) {
    let token = ids[n];
    if (token >= 0 && token < ${V}) {
      dtable[u32(token) * UNITS + column] += dy[n * UNITS + column]${factor === 1 ? "" : ` * E(${factor})`};
    }
  }
  ${dpositions ? ofPositions : ""}
}`
    },
    {dy, ids, ...(dpositions && {stretch: stretchOf(attributes, ids), dpositions}), dtable},
    grid
  );
}

/** Places that a small vocabulary is cut into parts of at least, and about how many workgroups that gives. */
const [SHORTEST_PART, WORKGROUPS] = [1024, 1024];

/**
 * For GPUs: every workgroup looks for one token among the ids, 32 by each thread, which notes a bit for each; then the
 * threads go through all notes together, each adding up its columns of dy. With a small vocabulary the places are
 * divided among several workgroups a token, and a second kernel adds their parts. Further workgroups, one for each
 * position, add up dy over the batch.
 */
function byTokens(
  {dy, ids}: Backward,
  attributes: Attributes,
  dtable: tf.TensorInfo,
  dpositions: tf.TensorInfo | undefined
): void {
  const {factor} = attributes;
  const [V, C] = dtable.shape as [number, number];
  const {type, units} = unitsOf(C);
  const N = sizeOf(ids);
  const P = Math.min(Math.ceil(N / SHORTEST_PART), Math.max(1, Math.floor(WORKGROUPS / V)));
  const places = Math.ceil(N / P);
  const threads = Math.min(256, Math.max(32, 2 ** Math.ceil(Math.log2(units))));
  const columns = Math.ceil(units / threads);
  const backend = webgpuBackend();
  const parts = P === 1 ? dtable : backend.makeTensorInfo([P, V * C], "float32");
  const rows = P * V + (dpositions?.shape[0] ?? 0);
  const grid = folded(rows);
  const ofPositions = `
  let row = group - ${P * V}u;
  for (var column = lane; column < UNITS; column += THREADS) {
    ${sumOverBatch(N)}
    dpositions[row * UNITS + column] = sum;
  }`;
  dispatch(
    {
      name: "EmbeddingBackward",
      reads: {dy: type, ids: "i32", ...(dpositions && {stretch: "i32"})},
      writes: {parts: type, ...(dpositions && {dpositions: type})},
      code: `
alias E = ${type};
const UNITS = ${units}u;
const THREADS = ${threads}u;
// Bit b of a thread's note: whether the token is at place start + b · THREADS + thread.
var<workgroup> notes: array<u32, THREADS>;
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = id.x + id.y * ${grid[0]}u;
  if (group >= ${rows}u) { return; }
  if (group >= ${P * V}u) {
    ${dpositions ? ofPositions : ""}
    return;
  }
  let token = i32(group % ${V}u);
  let begin = group / ${V}u * ${places}u;
  let end = min(begin + ${places}u, ${N}u);
  // Of the columns lane, lane + THREADS, …
  var sums: array<E, ${columns}>;
  for (var start = begin; start < end; start += 32u * THREADS) {
    var note = 0u;
    for (var b = 0u; b < 32u; b++) {
      let n = start + b * THREADS + lane;
      if (n < end && ids[n] == token) { note |= 1u << b; }
    }
    notes[lane] = note;
    workgroupBarrier();
    for (var thread = 0u; thread < THREADS; thread++) {
      for (var left = notes[thread]; left != 0u; left &= left - 1u) {
        let n = start + firstTrailingBit(left) * THREADS + thread;
        for (var i = 0u; i < ${columns}u; i++) {
          let column = i * THREADS + lane;
          if (column < UNITS) { sums[i] += dy[n * UNITS + column]; }
        }
      }
    }
    workgroupBarrier(); // before anybody writes a new note
  }
  for (var i = 0u; i < ${columns}u; i++) {
    let column = i * THREADS + lane;
    if (column < UNITS) { parts[group * UNITS + column] = sums[i]${factor === 1 ? "" : ` * E(${factor})`}; }
  }
}`
    },
    {dy, ids, ...(dpositions && {stretch: stretchOf(attributes, ids), dpositions}), parts},
    grid
  );
  if (parts !== dtable) {
    sumParts(parts, {dtable});
    backend.disposeData(parts.dataId);
  }
}

/** What is added to the vectors of tokens; see ops/embedding.ts. */
export interface Stretch {
  table: tf.Tensor;
  first: number;
}

const inputsOf = (table: tf.Tensor, ids: tf.Tensor, positions?: Stretch) => ({
  table,
  ids,
  ...(positions && {positions: positions.table})
});

/** [B, T, C]. */
export const embeddingForward = (
  table: tf.Tensor,
  ids: tf.Tensor,
  factor: number,
  positions?: Stretch
): tf.Tensor => forward(inputsOf(table, ids, positions), {factor, first: positions?.first ?? 0})[0]!;

/** The gradient of the table and, of positions that are learned, theirs. */
export const embeddingBackward = (
  dy: tf.Tensor,
  table: tf.Tensor,
  ids: tf.Tensor,
  factor: number,
  positions?: Stretch
): tf.Tensor[] => backward({dy, ...inputsOf(table, ids, positions)}, {factor, first: positions?.first ?? 0});

import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {isOnSoftware} from "../../webgpu/chooseBackend.js";
import {dispatch, type Grid, type Kernel} from "../../webgpu/runner.js";
import type {CachedAttentionOptions, KeysAndValues} from "../cachedAttention.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";
import {rotaryTable} from "./rotaryTable.js";

/** What is written into the text of the kernels. */
interface Shape {
  /** Tokens that are read together. */
  T: number;
  /** Positions of the context. */
  S: number;
  /** Heads of queries, and of keys and values. */
  H: number;
  K: number;
  /** Numbers in a head's vector. */
  D: number;
  slopes: readonly number[] | null;
  hasRotary: boolean;
  variant: CachedAttentionVariant;
}

/** Two ways to the same values: a workgroup for each head of a token, or a thread. */
export type CachedAttentionVariant = "groups" | "rows";

/** A processor that plays a GPU has one thread do alone what it would wait for others to share. */
function defaultVariant(): CachedAttentionVariant {
  return isOnSoftware() ? "rows" : "groups";
}

/** Numbers in a head's vector, at most: a workgroup has a thread for each. */
export const MOST_CACHED_HEAD_SIZE = 256;

/** See `ops/cachedAttention.ts`, which has the shapes. */
export function cachedAttention(
  qkv: tf.Tensor,
  {keys, values}: KeysAndValues,
  positions: tf.Tensor,
  {
    nHead: H,
    nKvHead: K,
    slopes = null,
    rotary: hasRotary = false,
    variant = defaultVariant()
  }: CachedAttentionOptions
): tf.Tensor {
  const [, T, width] = qkv.shape as [number, number, number];
  const shape: Shape = {T, S: keys.shape[1]!, H, K, D: width / (H + 2 * K), slopes, hasRotary, variant};
  return run({qkv, keys, values, positions}, shape)[0]!;
}

const run = webgpuKernel<Shape>("CachedAttention", ({inputs, attributes}) => {
  const {T, S, H, K, D, hasRotary} = attributes;
  const {qkv, keys, values, positions} = inputs as Record<string, tf.TensorInfo>;
  const y = webgpuBackend().makeTensorInfo([1, T, H * D], "float32");
  const given = {
    qkv: qkv!,
    keys: keys!,
    values: values!,
    positions: positions!,
    y,
    ...(hasRotary && {turns: rotaryTable(S, D)})
  };
  const grid = folded(Math.ceil((T * K * D) / THREADS));
  dispatch(append(attributes, grid[0]), given, grid);
  const [attend, workgroups] =
    attributes.variant === "rows" ? attendAlone(attributes) : attendTogether(attributes);
  dispatch(attend, given, workgroups);
  return [y];
});

/** Threads of a workgroup whose threads share nothing. */
const THREADS = 64;

/** Sizes, and number i of a vector that begins at `start` of qkv, turned by the angles of its position. */
const parts = ({T, S, H, K, D, hasRotary}: Shape): string => /* wgsl */ `
const T = ${T}u; // tokens that are read together
const S = ${S}u; // positions of the context
const H = ${H}u; // heads of queries
const K = ${K}u; // heads of keys and values
const D = ${D}u; // numbers in a head's vector
const ROW = (H + 2u * K) * D; // a token's queries, keys and values side by side

fn turned(start: u32, i: u32, position: u32) -> f32 {
${
  hasRotary
    ? `  // Number i of the first half and number i of the second are a point in a plane, which turns.
  let half = D / 2u;
  let pair = i % half;
  let cosine = turns[position * D + pair];
  let sine = turns[position * D + half + pair];
  let a = qkv[start + pair];
  let b = qkv[start + half + pair];
  return select(b * cosine + a * sine, a * cosine - b * sine, i < half);`
    : "  return qkv[start + i];"
}
}`;

const reads = ({hasRotary}: Shape): Kernel["reads"] => ({
  qkv: "f32",
  positions: "i32",
  ...(hasRotary && {turns: "f32"})
});

/** Puts the new keys, turned, and the new values at their positions: a thread for each number. */
const append = (shape: Shape, across: number): Kernel => ({
  name: "CachedAttention append",
  reads: reads(shape),
  writes: {keys: "f32", values: "f32"},
  code: /* wgsl */ `${parts(shape)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x + id.y * ${across * THREADS}u;
  if (thread >= T * K * D) { return; }
  let t = thread / (K * D);
  let head = thread / D % K;
  let i = thread % D;
  if (positions[t] < 0) { return; } // there is no token here
  let position = u32(positions[t]);
  if (position >= S) { return; }
  let place = (head * S + position) * D + i;
  keys[place] = turned(t * ROW + (H + head) * D, i, position);
  values[place] = qkv[t * ROW + (H + K + head) * D + i];
}`
});

/** A head's vector in parts of four numbers where its size allows it, the query, and what is added to scores. */
const vectors = ({D, slopes}: Shape): string => {
  const isWide = D % 4 === 0;
  return /* wgsl */ `
alias Part = ${isWide ? "vec4<f32>" : "f32"};
const WIDTH = ${isWide ? 4 : 1}u; // numbers in a part
const N = D / WIDTH; // parts of a vector
const LOWEST = -3.4028234e38; // no score is lower

fn added(x: Part) -> f32 { return ${isWide ? "(x.x + x.y) + (x.z + x.w)" : "x"}; }

// Part n of a query, turned, and scaled once for all keys.
fn queryPart(t: u32, h: u32, n: u32, position: u32) -> Part {
  let start = t * ROW + h * D;
  let i = n * WIDTH;
  return ${f32(1 / Math.sqrt(D))} * ${
    isWide
      ? "Part(turned(start, i, position), turned(start, i + 1u, position), turned(start, i + 2u, position), turned(start, i + 3u, position))"
      : "turned(start, i, position)"
  };
}
${slopes ? `const SLOPES = array<f32, ${slopes.length}>(${slopes.map(f32).join(", ")});` : ""}
fn biased(score: f32, h: u32, distance: u32) -> f32 { return score${slopes ? " - SLOPES[h] * f32(distance)" : ""}; }
`;
};

/**
 * A workgroup for one head of one token. It goes over the positions in tiles as long as it has threads: each thread
 * weighs one key, then the threads share out the values. The softmax is online (Milakov & Gimelshein 2018): what has
 * been summed is scaled down whenever a higher score turns up. All sums are in a fixed order.
 */
function attendTogether(shape: Shape): [Kernel, Grid] {
  const {T, S, H, D} = shape;
  const isWide = D % 4 === 0;
  // A power of two, so that it divides into parts of 16 threads.
  const threads = Math.min(256, Math.max(32, 2 ** Math.ceil(Math.log2(Math.max(S, D)))));
  const kernel: Kernel = {
    name: "CachedAttention attend",
    reads: {...reads(shape), keys: isWide ? "vec4<f32>" : "f32", values: "f32"},
    writes: {y: "f32"},
    code: /* wgsl */ `${parts(shape)}${vectors(shape)}
const THREADS = ${threads}u;
const SHARES = THREADS / D; // threads that add up the same number of the result, each over its share of the positions

var<workgroup> query: array<Part, N>;
var<workgroup> scores: array<f32, THREADS>;
var<workgroup> highs: array<f32, ${threads / 16}>;
var<workgroup> sums: array<vec2<f32>, THREADS>;

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) me: u32) {
  let h = group.x;
  let t = group.y;
  let at = positions[t];
  if (at < 0 || at >= i32(S)) { // there is no token here
    if (me < D) { y[(t * H + h) * D + me] = 0.0; }
    return;
  }
  let position = u32(at);
  let cached = h / (H / K) * S; // row of the cache where this head's positions begin

  if (me < N) { query[me] = queryPart(t, h, me, position); }
  workgroupBarrier();

  let share = me / D;
  let number = me % D;
  var highest = LOWEST;
  var mixed = 0.0; // Σ weight · value of this thread's positions and number
  var total = 0.0; // Σ weight
  for (var start = 0u; start <= position; start += THREADS) {
    // One key for each thread.
    let s = start + me;
    var score = LOWEST;
    if (s <= position) {
      var sum = Part(0.0);
      for (var n = 0u; n < N; n++) { sum += query[n] * keys[(cached + s) * N + n]; }
      score = biased(added(sum), h, position - s);
    }
    scores[me] = score;
    workgroupBarrier();
    // The highest of the tile, in two steps.
    if (me < THREADS / 16u) {
      var high = scores[me * 16u];
      for (var i = 1u; i < 16u; i++) { high = max(high, scores[me * 16u + i]); }
      highs[me] = high;
    }
    workgroupBarrier();
    let before = highest;
    for (var i = 0u; i < THREADS / 16u; i++) { highest = max(highest, highs[i]); }
    scores[me] = exp(score - highest);
    workgroupBarrier();
    // The values, each thread's share of them.
    let shrink = exp(before - highest);
    mixed *= shrink;
    total *= shrink;
    if (share < SHARES) {
      let count = min(THREADS, position + 1u - start);
      for (var i = share; i < count; i += SHARES) {
        mixed += scores[i] * values[(cached + start + i) * D + number];
        total += scores[i];
      }
    }
    workgroupBarrier(); // before the next tile's scores take the place of these
  }

  sums[me] = vec2(mixed, total);
  workgroupBarrier();
  if (me < D) {
    var sum = sums[me];
    for (var i = 1u; i < SHARES; i++) { sum += sums[i * D + me]; }
    y[(t * H + h) * D + me] = sum.x / sum.y;
  }
}`
  };
  return [kernel, [H, T]];
}

/** The same by a thread for each head of each token, which goes over the positions one by one, without barriers. */
function attendAlone(shape: Shape): [Kernel, Grid] {
  const {T, H, D} = shape;
  const element = D % 4 === 0 ? "vec4<f32>" : "f32";
  const threads = Math.min(THREADS, T * H);
  const grid = folded(Math.ceil((T * H) / threads));
  const kernel: Kernel = {
    name: "CachedAttention attend alone",
    reads: {...reads(shape), keys: element, values: element},
    writes: {y: element},
    code: /* wgsl */ `${parts(shape)}${vectors(shape)}
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x + id.y * ${grid[0] * threads}u;
  if (thread >= T * H) { return; }
  let t = thread / H;
  let h = thread % H;
  let at = positions[t];
  if (at < 0 || at >= i32(S)) { // there is no token here
    for (var n = 0u; n < N; n++) { y[thread * N + n] = Part(0.0); }
    return;
  }
  let position = u32(at);
  let cached = h / (H / K) * S; // row of the cache where this head's positions begin
  var query: array<Part, N>;
  var mixed: array<Part, N>; // Σ weight · value
  for (var n = 0u; n < N; n++) {
    query[n] = queryPart(t, h, n, position);
    mixed[n] = Part(0.0);
  }
  var highest = LOWEST;
  var total = 0.0; // Σ weight
  for (var s = 0u; s <= position; s++) {
    let row = (cached + s) * N;
    var sum = Part(0.0);
    for (var n = 0u; n < N; n++) { sum += query[n] * keys[row + n]; }
    let score = biased(added(sum), h, position - s);
    let before = highest;
    highest = max(highest, score);
    let shrink = exp(before - highest);
    let weight = exp(score - highest);
    total = total * shrink + weight;
    for (var n = 0u; n < N; n++) { mixed[n] = mixed[n] * shrink + weight * values[row + n]; }
  }
  for (var n = 0u; n < N; n++) { y[thread * N + n] = mixed[n] / total; }
}`
  };
  return [kernel, grid];
}

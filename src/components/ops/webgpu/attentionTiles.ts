import {
  type AttentionKernel,
  type AttentionShape,
  attentionParts,
  type KernelText,
  LOWEST,
  leaveKey,
  unrolled
} from "./attentionParts.js";

/**
 * Attention by tiles, for GPUs: a workgroup computes 32 rows (queries, or keys in `keyValueGradient`) of one head, and
 * goes through the other side 32 columns at a time. Its 64 threads form a square of 8 × 8; thread (i, j) holds rows
 * 4i … 4i + 3 against columns 4j … 4j + 3. Each tile takes two kinds of product:
 *
 * - `productOf…`: the 32 × 32 dot products of rows with columns, 16 of the D numbers at a time;
 * - `gather…`: the 32 × 32 weights in `weights` times the columns' vectors, 32 of the D numbers at a time, added to
 *   what the workgroup gathers: thread (i, j) has numbers 4j … 4j + 3 of its four rows in each 32 of them.
 *
 * Both go through `stage`, in workgroup memory, so that a number loaded once serves 32 rows or columns. Four rows lie in
 * one vec4 there. What is beyond T or D counts as 0.
 */
export function attentionTiles(shape: AttentionShape, kernel: AttentionKernel): KernelText {
  const {B, T, H, K} = shape;
  const body = {forward, queryGradient, keyValueGradient}[kernel];
  const code = /* wgsl */ `${attentionParts(shape, kernel)}
const ROW = (H + 2u * K) * D; // of queries, keys and values side by side
const KEYS = H * D;
const VALUES = (H + K) * D;

var<workgroup> stage: array<vec4<f32>, 256>;
var<workgroup> weights: array<vec4<f32>, 256>;
var<workgroup> exchange: array<vec4<f32>, 64>;
// Where the workgroup is: row of the batch, head of queries, head of keys and values.
var<private> b: u32;
var<private> h: u32;
var<private> kvHead: u32;

${loaders(shape, kernel)}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = thread / 8u;
  let j = thread % 8u;
  let start = group.x * 32u;
  b = group.z;
  let key = keyOfDropout();
${body(shape)}
}`;
  return {code, grid: [Math.ceil(T / 32), kernel === "keyValueGradient" ? K : H, B], element: "f32"};
}

/** What a workgroup gathers for its 32 rows, 32 numbers of their vectors at a time. */
const strips = ({D}: AttentionShape) => Math.ceil(D / 32);

const forward = (shape: AttentionShape) => /* wgsl */ `
  h = group.y;
  kvHead = h / SHARING;
  let slope = slopeOf(h);
  ${unrolled(strips(shape), (n) => `var y_${n} = array<vec4<f32>, 4>();`)}
  // Of the thread's four rows: the largest score so far, and this thread's share of Σ exp(score − m).
  var m = vec4<f32>(${LOWEST});
  var l = vec4<f32>();
  for (var begin = 0u; begin < ${shape.causal ? "min(start + 32u, T)" : "T"}; begin += 32u) {
    var scores = productOfQueriesAndKeys(start, begin, i, j, thread);
    var seen = array<vec4<bool>, 4>();
    var highest = m;
    for (var c = 0u; c < 4u; c++) {
      for (var r = 0u; r < 4u; r++) {
        let t = start + 4u * i + r;
        let s = begin + 4u * j + c;
        seen[c][r] = t < T && s < T && sees(b, t, s);
        scores[c][r] = biased(scores[c][r], slope, t, s);
      }
      highest = max(highest, select(vec4<f32>(${LOWEST}), scores[c], seen[c]));
    }
    // The eight threads of the same rows agree on the maximum.
    exchange[thread] = highest;
    workgroupBarrier();
    for (var other = 0u; other < 8u; other++) { highest = max(highest, exchange[i * 8u + other]); }
    let shrink = exp(m - highest);
    m = highest;
    l *= shrink;
    for (var c = 0u; c < 4u; c++) {
      var weight = select(vec4<f32>(), exp(scores[c] - m), seen[c]);
      l += weight;
      for (var r = 0u; r < 4u; r++) {
        weight[r] = kept(weight[r], key, rowOf(b, h, start + 4u * i + r), begin + 4u * j + c);
      }
      weights[(4u * j + c) * 8u + i] = weight;
    }
    for (var r = 0u; r < 4u; r++) {
      ${unrolled(strips(shape), (n) => `y_${n}[r] *= shrink[r];`)}
    }
    ${unrolled(strips(shape), (n) => `gatherValues(&y_${n}, begin, ${32 * n}u, i, j, thread);`)}
  }
  l = sumOfEight(l, i, thread);
  for (var r = 0u; r < 4u; r++) {
    let t = start + 4u * i + r;
    if (t >= T) { continue; }
    // A query that sees no key at all, as all are padding, takes nothing.
    let isBlind = ${shape.hasPadding ? "l[r] == 0.0" : "false"};
    let share = select(1.0 / l[r], 0.0, isBlind);
    for (var c = 0u; c < 4u; c++) {
      ${unrolled(strips(shape), (n) => `if (${32 * n}u + 4u * j + c < D) { y[((b * T + t) * H + h) * D + ${32 * n}u + 4u * j + c] = y_${n}[r][c] * share; }`)}
    }
    if (j == 0u) { statistics[rowOf(b, h, t)] = vec2(select(m[r] + log(l[r]), 0.0, isBlind), 0.0); }
  }
  ${leaveKey(shape, "all(group == vec3<u32>()) && thread == 0u", "key")}`;

const queryGradient = (shape: AttentionShape) => /* wgsl */ `
  h = group.y;
  kvHead = h / SHARING;
  let slope = slopeOf(h);
  var lse = vec4<f32>();
  // δ = dy·y: each of the eight threads of a row adds an eighth of it.
  var delta = vec4<f32>();
  for (var r = 0u; r < 4u; r++) {
    let t = start + 4u * i + r;
    if (t >= T) { continue; }
    lse[r] = statistics[rowOf(b, h, t)].x;
    for (var d = j; d < D; d += 8u) { delta[r] += gradientAt(t, d) * y[((b * T + t) * H + h) * D + d]; }
  }
  delta = sumOfEight(delta, i, thread);
  ${unrolled(strips(shape), (n) => `var dq_${n} = array<vec4<f32>, 4>();`)}
  for (var begin = 0u; begin < ${shape.causal ? "min(start + 32u, T)" : "T"}; begin += 32u) {
    let scores = productOfQueriesAndKeys(start, begin, i, j, thread);
    let dw = productOfGradientsAndValues(start, begin, i, j, thread);
    for (var c = 0u; c < 4u; c++) {
      let s = begin + 4u * j + c;
      var ds = vec4<f32>();
      for (var r = 0u; r < 4u; r++) {
        let t = start + 4u * i + r;
        if (t < T && s < T && sees(b, t, s)) {
          let weight = exp(biased(scores[c][r], slope, t, s) - lse[r]);
          ds[r] = weight * (kept(dw[c][r], key, rowOf(b, h, t), s) - delta[r]);
        }
      }
      weights[(4u * j + c) * 8u + i] = ds;
    }
    ${unrolled(strips(shape), (n) => `gatherKeys(&dq_${n}, begin, ${32 * n}u, i, j, thread);`)}
  }
  for (var r = 0u; r < 4u; r++) {
    let t = start + 4u * i + r;
    if (t >= T) { continue; }
    for (var c = 0u; c < 4u; c++) {
      ${unrolled(strips(shape), (n) => `if (${32 * n}u + 4u * j + c < D) { dqkv[(b * T + t) * ROW + h * D + ${32 * n}u + 4u * j + c] = dq_${n}[r][c] * SCALE; }`)}
    }
    if (j == 0u) { statistics[rowOf(b, h, t)] = vec2(lse[r], delta[r]); }
  }
  ${turnBack(shape, "h * D")}`;

const keyValueGradient = (shape: AttentionShape) => /* wgsl */ `
  kvHead = group.y;
  ${unrolled(strips(shape), (n) => `var dk_${n} = array<vec4<f32>, 4>();\nvar dv_${n} = array<vec4<f32>, 4>();`)}
  for (var sharing = 0u; sharing < SHARING; sharing++) {
    h = kvHead * SHARING + sharing;
    let slope = slopeOf(h);
    for (var begin = ${shape.causal ? "start" : "0u"}; begin < T; begin += 32u) {
      let scores = productOfKeysAndQueries(start, begin, i, j, thread);
      let dw = productOfValuesAndGradients(start, begin, i, j, thread);
      var ds = array<vec4<f32>, 4>();
      for (var c = 0u; c < 4u; c++) {
        let t = begin + 4u * j + c;
        var taken = vec4<f32>();
        if (t < T) {
          let row = rowOf(b, h, t);
          let known = statistics[row]; // the log-sum-exp, and δ
          for (var r = 0u; r < 4u; r++) {
            let s = start + 4u * i + r;
            if (s < T && sees(b, t, s)) {
              let weight = exp(biased(scores[c][r], slope, t, s) - known.x);
              taken[r] = kept(weight, key, row, s);
              ds[c][r] = weight * (kept(dw[c][r], key, row, s) - known.y);
            }
          }
        }
        weights[(4u * j + c) * 8u + i] = taken;
      }
      ${unrolled(strips(shape), (n) => `gatherGradients(&dv_${n}, begin, ${32 * n}u, i, j, thread);`)}
      workgroupBarrier();
      for (var c = 0u; c < 4u; c++) { weights[(4u * j + c) * 8u + i] = ds[c]; }
      ${unrolled(strips(shape), (n) => `gatherQueries(&dk_${n}, begin, ${32 * n}u, i, j, thread);`)}
    }
  }
  for (var r = 0u; r < 4u; r++) {
    let s = start + 4u * i + r;
    if (s >= T) { continue; }
    let at = (b * T + s) * ROW + kvHead * D + 4u * j;
    for (var c = 0u; c < 4u; c++) {
      ${unrolled(
        strips(shape),
        (n) => `if (${32 * n}u + 4u * j + c < D) {
        dqkv[at + KEYS + ${32 * n}u + c] = dk_${n}[r][c];
        dqkv[at + VALUES + ${32 * n}u + c] = dv_${n}[r][c];
      }`
      )}
    }
  }
  ${turnBack(shape, "KEYS + kvHead * D")}`;

/** Number d of a vector at a position of this batch row and head, and the products that read them. */
function loaders({hasRotary}: AttentionShape, kernel: AttentionKernel): string {
  const turned = hasRotary ? "turned(at, t, d)" : "qkv[at + d]";
  return /* wgsl */ `
${hasRotary ? TURNED : ""}
fn queryAt(t: u32, d: u32) -> f32 {
  if (t >= T || d >= D) { return 0.0; }
  let at = (b * T + t) * ROW + h * D;
  return ${turned} * SCALE;
}
fn keyAt(t: u32, d: u32) -> f32 {
  if (t >= T || d >= D) { return 0.0; }
  let at = (b * T + t) * ROW + KEYS + kvHead * D;
  return ${turned};
}
fn valueAt(t: u32, d: u32) -> f32 {
  if (t >= T || d >= D) { return 0.0; }
  return qkv[(b * T + t) * ROW + VALUES + kvHead * D + d];
}
${
  {
    forward: product("QueriesAndKeys", "queryAt", "keyAt") + gather("Values", "valueAt"),
    queryGradient:
      GRADIENT_AT +
      product("QueriesAndKeys", "queryAt", "keyAt") +
      product("GradientsAndValues", "gradientAt", "valueAt") +
      gather("Keys", "keyAt"),
    keyValueGradient:
      GRADIENT_AT +
      product("KeysAndQueries", "keyAt", "queryAt") +
      product("ValuesAndGradients", "valueAt", "gradientAt") +
      gather("Gradients", "gradientAt") +
      gather("Queries", "queryAt")
  }[kernel]
}
${kernel === "keyValueGradient" ? "" : SUM_OF_EIGHT}`;
}

const GRADIENT_AT = /* wgsl */ `
fn gradientAt(t: u32, d: u32) -> f32 {
  if (t >= T || d >= D) { return 0.0; }
  return dy[((b * T + t) * H + h) * D + d];
}`;

/** Number d of the vector that starts at `at`, after turning it as position t is turned. */
const TURNED = /* wgsl */ `
fn turned(at: u32, t: u32, d: u32) -> f32 {
  let pair = d % (D / 2u);
  let cos = angles[t * D + pair];
  let sin = angles[t * D + D / 2u + pair];
  let first = qkv[at + pair];
  let second = qkv[at + D / 2u + pair];
  return select(second * cos + first * sin, first * cos - second * sin, d < D / 2u);
}`;

/** Sums over the eight threads of the same four rows, in the same order for each. */
const SUM_OF_EIGHT = /* wgsl */ `
fn sumOfEight(part: vec4<f32>, i: u32, thread: u32) -> vec4<f32> {
  workgroupBarrier(); // whoever still reads \`exchange\` is done
  exchange[thread] = part;
  workgroupBarrier();
  var sum = vec4<f32>();
  for (var other = 0u; other < 8u; other++) { sum += exchange[i * 8u + other]; }
  return sum;
}`;

/** The dot products of 32 rows with 32 columns: of the thread, for each of four columns the four rows. */
const product = (name: string, row: string, column: string) => /* wgsl */ `
fn productOf${name}(start: u32, begin: u32, i: u32, j: u32, thread: u32) -> array<vec4<f32>, 4> {
  var sums = array<vec4<f32>, 4>();
  for (var d0 = 0u; d0 < D; d0 += 16u) {
    workgroupBarrier(); // whoever still reads \`stage\` is done
    // 16 numbers of 32 rows, then of 32 columns: neighbouring threads load neighbouring numbers.
    for (var n = thread; n < 128u; n += 64u) {
      let d = n % 16u;
      let four = n / 16u;
      let t = start + 4u * four;
      let s = begin + 4u * four;
      var left = vec4<f32>();
      var right = vec4<f32>();
      for (var r = 0u; r < 4u; r++) {
        left[r] = ${row}(t + r, d0 + d);
        right[r] = ${column}(s + r, d0 + d);
      }
      stage[d * 8u + four] = left;
      stage[128u + d * 8u + four] = right;
    }
    workgroupBarrier();
    for (var d = 0u; d < min(16u, D - d0); d++) {
      let rows = stage[d * 8u + i];
      let columns = stage[128u + d * 8u + j];
      sums[0] += rows * columns.x;
      sums[1] += rows * columns.y;
      sums[2] += rows * columns.z;
      sums[3] += rows * columns.w;
    }
  }
  return sums;
}`;

/** Adds the weights times the columns' vectors, numbers d0 … d0 + 31, to what four rows have gathered of them. */
const gather = (name: string, column: string) => /* wgsl */ `
fn gather${name}(sums: ptr<function, array<vec4<f32>, 4>>, begin: u32, d0: u32, i: u32, j: u32, thread: u32) {
  workgroupBarrier(); // \`stage\` is free, and \`weights\` is filled
  for (var n = thread; n < 256u; n += 64u) {
    let s = begin + n / 8u;
    let d = d0 + 4u * (n % 8u);
    var part = vec4<f32>();
    for (var c = 0u; c < 4u; c++) { part[c] = ${column}(s, d + c); }
    stage[n] = part;
  }
  workgroupBarrier();
  for (var s = 0u; s < min(32u, T - begin); s++) {
    let weight = weights[s * 8u + i];
    let vector = stage[s * 8u + j];
    (*sums)[0] += weight.x * vector;
    (*sums)[1] += weight.y * vector;
    (*sums)[2] += weight.z * vector;
    (*sums)[3] += weight.w * vector;
  }
}`;

/**
 * Turns the written gradients of turned vectors back. A number's partner is another thread's, so it is done where they
 * have been written: the workgroup's rows are nobody else's.
 */
const turnBack = ({hasRotary}: AttentionShape, offset: string): string =>
  hasRotary
    ? /* wgsl */ `
  storageBarrier();
  for (var n = thread; n < 32u * (D / 2u); n += 64u) {
    let t = start + n / (D / 2u);
    let pair = n % (D / 2u);
    if (t >= T) { break; }
    let at = (b * T + t) * ROW + ${offset};
    let cos = angles[t * D + pair];
    let sin = angles[t * D + D / 2u + pair];
    let first = dqkv[at + pair];
    let second = dqkv[at + D / 2u + pair];
    dqkv[at + pair] = first * cos + second * sin;
    dqkv[at + D / 2u + pair] = second * cos - first * sin;
  }`
    : "";

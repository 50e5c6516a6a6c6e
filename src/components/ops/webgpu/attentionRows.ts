import type {ElementType} from "../../webgpu/runner.js";
import {
  type AttentionKernel,
  type AttentionShape,
  attentionParts,
  type KernelText,
  LOWEST,
  leaveKey
} from "./attentionParts.js";
import {folded} from "./grid.js";

/**
 * Attention without barriers: a thread computes up to four neighbouring rows (queries, or keys in `keyValueGradient`)
 * of one head from start to end, with all it gathers in registers, and reads the other side's vectors straight from
 * storage. For devices where threads gain nothing from waiting for each other, such as a processor that plays a GPU.
 *
 * A vector of D numbers is an array of N parts; what ends in _0 … _3 belongs to one of the thread's rows.
 */
export function attentionRows(shape: AttentionShape, kernel: AttentionKernel): KernelText {
  const {B, T, H, K, D, hasRotary} = shape;
  // Rotary turns number i with number i + D/2, so no part may reach over the middle.
  const element: ElementType = D % (hasRotary ? 8 : 4) === 0 ? "vec4<f32>" : "f32";
  const N = element === "f32" ? D : D / 4;
  const rows = T <= SHORT ? 1 : rowsPerThread(N, kernel);
  const heads = kernel === "keyValueGradient" ? K : H;
  const blocks = Math.ceil(T / rows);
  const grid = folded(Math.ceil((B * heads * blocks) / THREADS));
  const inLoops: Repeats = {
    eachPart: (text) => loop(N, text),
    eachPair: (text) => loop(N / 2, (n) => text(n, `${n} + ${N / 2}u`))
  };
  const writer: Writer = {
    once: inLoops,
    eachRow: (text) => Array.from({length: rows}, (_, r) => text(r)).join(""),
    eachPart: (text) => eachIndex(N, text),
    eachPair: (text) => eachIndex(N / 2, (n) => text(n, `${n} + ${N / 2}u`))
  };
  const code = /* wgsl */ `${attentionParts(shape, kernel)}
alias Part = ${element};
const N = ${N}u;
const ROW = (H + 2u * K) * N; // of queries, keys and values side by side
const KEYS = H * N;
const VALUES = (H + K) * N;
const ROWS = ${rows}u; // of a thread

fn total(x: Part) -> f32 { return ${element === "f32" ? "x" : "(x.x + x.y) + (x.z + x.w)"}; }

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.x + id.y * groups.x * ${THREADS}u;
  let heads = batch() * ${heads}u;
  if (thread >= heads * ${blocks}u) { return; }
  // Neighbouring threads take the same rows of different heads, so they end at the same key.
  let first = thread / heads * ROWS;
  let head = thread % heads;
  let dropoutKey = keyOfDropout();
${{forward, queryGradient, keyValueGradient}[kernel](shape, writer)}
}`;
  return {code, grid, element};
}

const THREADS = 32;

/** Positions of a text so short that compiling for more rows takes longer than they save in many steps. */
const SHORT = 16;

/**
 * More rows use each loaded vector more often, until registers run out. The text, which grows with them, has to be
 * compiled, too: on a processor in seconds.
 */
const rowsPerThread = (N: number, kernel: AttentionKernel): number =>
  Math.max(
    1,
    kernel === "keyValueGradient" ? Math.min(2, Math.floor(16 / N)) : Math.min(4, Math.floor(32 / N))
  );

/** Repeats WGSL for each part of a vector, or for each two parts that rotary turns together. */
interface Repeats {
  eachPart(text: (n: string) => string): string;
  eachPair(text: (n: string, partner: string) => string): string;
}

/** The same written out, and for each row of the thread; `once` makes loops, for what runs once in a thread. */
interface Writer extends Repeats {
  eachRow(text: (row: number) => string): string;
  once: Repeats;
}

/** Written out, so that an array's parts can be named at compile time; where they are too many, a loop. */
const eachIndex = (count: number, text: (n: string) => string): string =>
  count <= MOST_UNROLLED
    ? Array.from({length: count}, (_, n) => text(`${n}u`)).join("\n")
    : loop(count, text);

const MOST_UNROLLED = 32;

const loop = (count: number, text: (n: string) => string): string =>
  `for (var n = 0u; n < ${count}u; n++) {\n${text("n")}\n}`;

/**
 * Online softmax: m is the largest score so far and l = Σ exp(score − m); when a larger score comes, what was gathered
 * shrinks by exp(old m − new m). At the end y = Σ exp(score − m)·v / l, and the log-sum-exp is m + ln l.
 */
const forward = (shape: AttentionShape, write: Writer) => /* wgsl */ `
  ${queries(shape, write)}
  ${write.eachRow(
    (r) => `
  var y_${r} = array<Part, N>();
  var m_${r} = ${LOWEST};
  var l_${r} = 0.0;`
  )}
  for (var s = 0u; s < ${keysSeen(shape)}; s++) {
    ${keyAndValue(shape, write)}
    ${products(write, ["scores", "q", "k"])}
    ${write.eachRow(
      (r) => `
    var shrink_${r} = 1.0;
    var taken_${r} = 0.0;
    if (sees(b, t_${r}, s)) {
      let score = biased(total(scores_${r}), slope, t_${r}, s);
      // Either the sum shrinks or the weight is below 1.
      let ratio = exp(-abs(score - m_${r}));
      shrink_${r} = select(1.0, ratio, score > m_${r});
      let weight = select(ratio, 1.0, score > m_${r});
      m_${r} = max(m_${r}, score);
      l_${r} = l_${r} * shrink_${r} + weight;
      taken_${r} = kept(weight, dropoutKey, row_${r}, s);
    }`
    )}
    ${write.eachPart((n) =>
      write.eachRow(
        (r) => `
    y_${r}[${n}] = y_${r}[${n}] * shrink_${r} + v[${n}] * taken_${r};`
      )
    )}
  }
  ${write.eachRow(
    (r) => `
  if (first + ${r}u < T) {
    // A query that sees no key at all, as all are padding, takes nothing.
    let isBlind_${r} = ${shape.hasPadding ? `l_${r} == 0.0` : "false"};
    let share_${r} = select(1.0 / l_${r}, 0.0, isBlind_${r});
    ${write.once.eachPart((n) => `y[mixed_${r} + ${n}] = y_${r}[${n}] * share_${r};`)}
    statistics[row_${r}] = vec2(select(m_${r} + log(l_${r}), 0.0, isBlind_${r}), 0.0);
  }`
  )}
  ${leaveKey(shape, "thread == 0u", "dropoutKey")}`;

/** dq = Σ ds·k/√D over the keys, with ds = w ∘ (m ∘ (dy·v) − δ) and δ = dy·y, which it leaves in the statistics. */
const queryGradient = (shape: AttentionShape, write: Writer) => /* wgsl */ `
  ${queries(shape, write)}
  ${write.eachRow(
    (r) => `
  ${vector(write.once, `dy_${r}`, "dy", `mixed_${r}`)}
  ${vector(write.once, `y_${r}`, "y", `mixed_${r}`)}
  var dq_${r} = array<Part, N>();
  let lse_${r} = statistics[row_${r}].x;`
  )}
  ${write.eachRow((r) => `var deltas_${r} = Part();`)}
  ${write.once.eachPart((n) => write.eachRow((r) => `deltas_${r} += dy_${r}[${n}] * y_${r}[${n}];`))}
  for (var s = 0u; s < ${keysSeen(shape)}; s++) {
    ${keyAndValue(shape, write)}
    ${products(write, ["scores", "q", "k"], ["dw", "dy", "v"])}
    ${write.eachRow(
      (r) => `
    var ds_${r} = 0.0;
    if (sees(b, t_${r}, s)) {
      let weight = exp(biased(total(scores_${r}), slope, t_${r}, s) - lse_${r});
      ds_${r} = weight * (kept(total(dw_${r}), dropoutKey, row_${r}, s) - total(deltas_${r}));
    }`
    )}
    ${write.eachPart((n) => write.eachRow((r) => `dq_${r}[${n}] += k[${n}] * ds_${r};`))}
  }
  ${write.eachRow(
    (r) => `
  if (first + ${r}u < T) {
    ${write.once.eachPart((n) => `dq_${r}[${n}] *= SCALE;`)}
    ${store(write.once, "dqkv", `at_${r}`, `dq_${r}`, shape.hasRotary && `t_${r}`)}
    statistics[row_${r}] = vec2(lse_${r}, total(deltas_${r}));
  }`
  )}`;

/** dk = Σ ds·q/√D and dv = Σ (w ∘ m)·dy over the queries of all heads that share the key. */
const keyValueGradient = (shape: AttentionShape, write: Writer) => /* wgsl */ `
  let b = head / K;
  let kvHead = head % K;
  ${write.eachRow(
    (r) => `
  let s_${r} = min(first + ${r}u, T - 1u);
  let at_${r} = (b * T + s_${r}) * ROW + kvHead * N;
  ${vector(write.once, `k_${r}`, "qkv", `at_${r} + KEYS`, {turnedAt: shape.hasRotary && `s_${r}`})}
  ${vector(write.once, `v_${r}`, "qkv", `at_${r} + VALUES`)}
  var dk_${r} = array<Part, N>();
  var dv_${r} = array<Part, N>();`
  )}
  for (var h = kvHead * SHARING; h < (kvHead + 1u) * SHARING; h++) {
    let slope = slopeOf(h);
    for (var t = ${shape.causal ? "first" : "0u"}; t < T; t++) {
      let row = rowOf(b, h, t);
      let lse = statistics[row].x;
      let delta = statistics[row].y;
      ${vector(write, "q", "qkv", "(b * T + t) * ROW + h * N", {turnedAt: shape.hasRotary && "t", times: "SCALE"})}
      ${vector(write, "gradient", "dy", "((b * T + t) * H + h) * N")}
      ${products(write, ["scores", "k", "q"], ["dw", "v", "gradient"])}
      ${write.eachRow(
        (r) => `
      var taken_${r} = 0.0;
      var ds_${r} = 0.0;
      if (sees(b, t, s_${r})) {
        let weight = exp(biased(total(scores_${r}), slope, t, s_${r}) - lse);
        taken_${r} = kept(weight, dropoutKey, row, s_${r});
        ds_${r} = weight * (kept(total(dw_${r}), dropoutKey, row, s_${r}) - delta);
      }`
      )}
      ${write.eachPart((n) =>
        write.eachRow(
          (r) => `
      dv_${r}[${n}] += gradient[${n}] * taken_${r};
      dk_${r}[${n}] += q[${n}] * ds_${r};`
        )
      )}
    }
  }
  ${write.eachRow(
    (r) => `
  if (first + ${r}u < T) {
    ${store(write.once, "dqkv", `at_${r} + KEYS`, `dk_${r}`, shape.hasRotary && `s_${r}`)}
    ${store(write.once, "dqkv", `at_${r} + VALUES`, `dv_${r}`)}
  }`
  )}`;

/** The end of the keys that some query of the thread sees. */
const keysSeen = ({causal}: AttentionShape) => (causal ? "min(first + ROWS, T)" : "T");

/** Where the thread's queries are, and they themselves, divided by √D. Past the end of the text the last counts again. */
const queries = ({hasRotary}: AttentionShape, write: Writer) => `
  let b = head / H;
  let h = head % H;
  let slope = slopeOf(h);
  ${write.eachRow(
    (r) => `
  let t_${r} = min(first + ${r}u, T - 1u);
  let row_${r} = rowOf(b, h, t_${r});
  let at_${r} = (b * T + t_${r}) * ROW + h * N;
  let mixed_${r} = ((b * T + t_${r}) * H + h) * N;
  ${vector(write.once, `q_${r}`, "qkv", `at_${r}`, {turnedAt: hasRotary && `t_${r}`, times: "SCALE"})}`
  )}`;

const keyAndValue = ({hasRotary}: AttentionShape, write: Writer) => `
    let keyAt = (b * T + s) * ROW + KEYS + h / SHARING * N;
    ${vector(write, "k", "qkv", "keyAt", {turnedAt: hasRotary && "s"})}
    ${vector(write, "v", "qkv", "keyAt + K * N")}`;

/** The dot products of each row's vector with another one, as parts that `total` adds up: sums_r of a_r·b. */
const products = (write: Writer, ...all: [sums: string, a: string, b: string][]) => `
    ${write.eachRow((r) => all.map(([sums]) => `var ${sums}_${r} = Part();`).join("\n"))}
    ${write.eachPart((n) =>
      write.eachRow((r) =>
        all
          .map(
            ([sums, a, b]) => `
    ${sums}_${r} += ${a}_${r}[${n}] * ${b}[${n}];`
          )
          .join("")
      )
    )}`;

/** Declares a vector and reads it from its place, turned as that position is if one is given. */
function vector(
  write: Repeats,
  name: string,
  array: string,
  at: string,
  {turnedAt, times}: {turnedAt?: string | false; times?: string} = {}
): string {
  const factor = times ? ` * ${times}` : "";
  const part = turnedAt
    ? write.eachPair(
        (n, partner) => `{
      let first = ${array}[${at} + ${n}]${factor};
      let second = ${array}[${at} + ${partner}]${factor};
      let cos = angles[${turnedAt} * N + ${n}];
      let sin = angles[${turnedAt} * N + ${partner}];
      ${name}[${n}] = first * cos - second * sin;
      ${name}[${partner}] = second * cos + first * sin;
    }`
      )
    : write.eachPart((n) => `${name}[${n}] = ${array}[${at} + ${n}]${factor};`);
  return `var ${name} = array<Part, N>();\n${part}`;
}

/** Writes a vector of gradients to its place, turned back if a position is given. */
function store(
  write: Repeats,
  array: string,
  at: string,
  name: string,
  turnedAt: string | false = false
): string {
  if (!turnedAt) return write.eachPart((n) => `${array}[${at} + ${n}] = ${name}[${n}];`);
  return write.eachPair(
    (n, partner) => `{
      let cos = angles[${turnedAt} * N + ${n}];
      let sin = angles[${turnedAt} * N + ${partner}];
      ${array}[${at} + ${n}] = ${name}[${n}] * cos + ${name}[${partner}] * sin;
      ${array}[${at} + ${partner}] = ${name}[${partner}] * cos - ${name}[${n}] * sin;
    }`
  );
}

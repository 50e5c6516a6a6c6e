import type {ElementType, Grid} from "../../webgpu/runner.js";
import {dropoutHash, dropoutThreshold} from "./dropoutHash.js";
import {f32} from "./literal.js";

/** What the attention kernels are written for; see `multiHeadAttention`. All but B is in their text. */
export interface AttentionShape {
  B: number;
  T: number;
  /** Heads of queries. */
  H: number;
  /** Heads of keys and values. */
  K: number;
  /** Numbers in a head's vector. */
  D: number;
  causal: boolean;
  slopes: readonly number[] | null;
  hasPadding: boolean;
  hasRotary: boolean;
  /** 0 for none. */
  dropoutRate: number;
}

/** One forward, two backward. */
export type AttentionKernel = "forward" | "queryGradient" | "keyValueGradient";

/**
 * Floating-point operations of one run, for profiles: products of vectors of D numbers, for each query and each key that
 * it may see; what softmax adds is little. Forward they are q·k and weight·v. Backward both kernels compute q·k and dy·v
 * again, one for dq and the other for dk and dv.
 */
export function attentionFlops({B, T, H, D, causal}: AttentionShape, kernel: AttentionKernel): number {
  const products = {forward: 2, queryGradient: 3, keyValueGradient: 4}[kernel];
  const pairs = causal ? (T * (T + 1)) / 2 : T * T;
  return products * 2 * D * pairs * B * H;
}

/** WGSL, how many workgroups run it, and as what it sees qkv, y, dy, dqkv and the angles. */
export interface KernelText {
  code: string;
  grid: Grid;
  element: ElementType;
}

/** A smaller score than any that a finite query and key have: what a maximum starts from. */
export const LOWEST = "-3.4028234e38";

/**
 * What all attention kernels say alike, in WGSL: sizes, which key a query sees, what is added to a score, which weights
 * drop. Indices: b of the row of the batch, h of the query head, t of the query, s of the key.
 */
export function attentionParts(shape: AttentionShape, kernel: AttentionKernel): string {
  const {T, H, K, D, causal, slopes, hasPadding, dropoutRate} = shape;
  const sees = [causal && "s <= t", hasPadding && "padding[b * T + s] == 0"].filter(Boolean);
  return /* wgsl */ `
const T = ${T}u;
const H = ${H}u;
const K = ${K}u;
const D = ${D}u;
const SHARING = H / K; // query heads that share one key head
const SCALE = ${f32(1 / Math.sqrt(D))};

fn sees(b: u32, t: u32, s: u32) -> bool { return ${sees.join(" && ") || "true"}; }

// Rows of the batch, read off the statistics so that one pipeline serves batches of all sizes.
fn batch() -> u32 { return (arrayLength(&statistics) - 1u) / (H * T); }

// Where the statistics of a query lie.
fn rowOf(b: u32, h: u32, t: u32) -> u32 { return (b * H + h) * T + t; }
${
  slopes
    ? `
const SLOPES = array<f32, ${H}>(${slopes.map(f32).join(", ")});
fn slopeOf(h: u32) -> f32 { return SLOPES[h]; }
fn biased(score: f32, slope: f32, t: u32, s: u32) -> f32 { return score - slope * abs(f32(t) - f32(s)); }`
    : `
fn slopeOf(h: u32) -> f32 { return 0.0; }
fn biased(score: f32, slope: f32, t: u32, s: u32) -> f32 { return score; }`
}
${dropoutRate > 0 ? dropout(dropoutRate, kernel) : "fn keyOfDropout() -> u32 { return 0u; }\nfn kept(weight: f32, key: u32, row: u32, s: u32) -> f32 { return weight; }"}
`;
}

/**
 * Weight s of a row is element row · T + s of the mask. The forward kernel draws the key from the step, which is only on
 * the device, and leaves it for the backward kernels behind the last row's statistics: in halves, which f32 holds exactly.
 */
const dropout = (rate: number, kernel: AttentionKernel): string => /* wgsl */ `${dropoutHash}
fn keyOfDropout() -> u32 {
  ${
    kernel === "forward"
      ? "return dropoutKey(u32(place[0]), u32(clock[0]), u32(place[1])) + u32(place[2]);"
      : "let halves = statistics[arrayLength(&statistics) - 1u];\n  return (u32(halves.x) << 16u) | u32(halves.y);"
  }
}
fn kept(weight: f32, key: u32, row: u32, s: u32) -> f32 {
  return weight * dropoutFactor(key, row * T + s, ${dropoutThreshold(rate)}u, ${f32(1 / (1 - rate))});
}`;

/** One thread of the forward kernel leaves the dropout key behind the statistics. */
export const leaveKey = ({dropoutRate}: AttentionShape, isFirst: string, key: string): string =>
  dropoutRate > 0
    ? `if (${isFirst}) { statistics[arrayLength(&statistics) - 1u] = vec2(f32(${key} >> 16u), f32(${key} & 0xffffu)); }`
    : "";

/** `count` lines of WGSL, one for each index: loops over what lies in registers must be written out. */
export const unrolled = (count: number, line: (i: number) => string): string =>
  Array.from({length: count}, (_, i) => line(i)).join("\n");

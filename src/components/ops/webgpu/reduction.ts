import {webgpuBackend} from "../../webgpu/backend.js";

/** How a workgroup puts together what its threads have found: in pairs through its memory, or by subgroups first. */
export type Reduction = "workgroup" | "subgroup";

/** WGSL that puts findings, of WGSL type `Found`, together. */
export interface Combination {
  /** Of two threads: `a` and `b`. */
  ofTwo: string;
  /** Of all threads of a subgroup, each with its `own`. */
  ofSubgroup: string;
  /** What changes nothing that it is put together with. */
  neutral: string;
}

/** Adds numbers and vectors. */
export const addition: Combination = {
  ofTwo: "a + b",
  ofSubgroup: "subgroupAdd(own)",
  neutral: "Found()"
};

/** Whether the threads of a workgroup can exchange numbers within subgroups on tfjs's current device. */
export const hasSubgroups = (): boolean => webgpuBackend().device.features.has("subgroups");

/** The part of a kernel in which a workgroup puts findings together. */
export interface ReductionText {
  /** WGSL with `ofAll(lane: u32, own: Found) -> Found`, which every thread calls and gets the result of. */
  code: string;
  /** A WGSL statement for the beginning of `main`. */
  begin: string;
  /** What `code` needs of WGSL besides the core language. */
  extensions: readonly string[];
}

/** For workgroups of `threads`, a power of two, and the WGSL type `found` of what a thread finds. */
export function reduction(
  way: Reduction,
  threads: number,
  found: string,
  combination: Combination = addition
): ReductionText {
  const header = `
alias Found = ${found};
var<workgroup> findings: array<Found, ${threads}>;
fn combine(a: Found, b: Found) -> Found { return ${combination.ofTwo}; }`;
  return way === "workgroup"
    ? {code: header + inPairs(threads), begin: "", extensions: []}
    : {code: header + bySubgroups(threads, combination), ...withinSubgroups};
}

const inPairs = (threads: number): string => `
// Halves the number of findings until one is left, always in the same order.
fn ofAll(lane: u32, own: Found) -> Found {
  findings[lane] = own;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { findings[lane] = combine(findings[lane], findings[lane + half]); }
  }
  workgroupBarrier();
  let result = findings[0];
  workgroupBarrier(); // before anybody writes findings again
  return result;
}`;

/**
 * How large subgroups are, and which threads are in the same one, is for the device to say; nothing here assumes
 * either. Within a subgroup the device adds, in an order of its own that does not change.
 */
const bySubgroups = (threads: number, {ofSubgroup, neutral}: Combination): string => `${countSubgroup}
fn ofSubgroup(own: Found) -> Found { return ${ofSubgroup}; }
// What a subgroup has found lies in its first thread's place; then each subgroup puts all of that together.
fn ofAll(lane: u32, own: Found) -> Found {
  let known = ofSubgroup(own);
  findings[lane] = select(${neutral}, known, rank == 0u);
  workgroupBarrier();
  var all = ${neutral};
  for (var i = rank; i < ${threads}u; i += crew) { all = combine(all, findings[i]); }
  workgroupBarrier(); // before anybody writes findings again
  return ofSubgroup(all);
}`;

/**
 * WGSL that tells a thread its place in its subgroup. It is counted: the size that a device states can be one that it
 * does not use for the kernel at hand.
 */
export const countSubgroup = `
var<private> rank: u32; // number of this thread in its subgroup
var<private> crew: u32; // threads in its subgroup
fn countSubgroup() {
  rank = subgroupExclusiveAdd(1u);
  crew = subgroupAdd(1u);
}`;

/** What a kernel with `countSubgroup` needs. */
export const withinSubgroups = {begin: "countSubgroup();", extensions: ["subgroups"]} as const;

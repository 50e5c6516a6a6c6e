import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {dispatch, type Kernel} from "../../webgpu/runner.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

/** Threads of a workgroup. */
const THREADS = 256;
/** Sums that the first dispatch leaves for the second, at most: as many as a workgroup has threads. */
const MOST_SUMS = THREADS;
/** Groups of four numbers that a thread adds up before it is worth another workgroup. */
const PER_THREAD = 8;

/**
 * The global norm of a flat gradient [length], whose length 4 divides, and the factor that brings it down to `limit`
 * (`clipByGlobalNorm`): two scalars, by two dispatches. Sums are in a fixed order.
 */
export function flatClipFactor(gradient: tf.Tensor, limit: number): {norm: tf.Scalar; factor: tf.Scalar} {
  const [norm, factor] = run({gradient}, {limit}) as [tf.Scalar, tf.Scalar];
  return {norm, factor};
}

const run = webgpuKernel<{limit: number}>("ClipFactor", ({inputs, attributes: {limit}}) => {
  const backend = webgpuBackend();
  const gradient = inputs.gradient!;
  const count = tf.util.sizeFromShape(gradient.shape) / 4;
  const groups = Math.min(MOST_SUMS, Math.ceil(count / (THREADS * PER_THREAD)));
  const sums = backend.makeTensorInfo([groups], "float32");
  const norm = backend.makeTensorInfo([], "float32");
  const factor = backend.makeTensorInfo([], "float32");
  dispatch(sumsOfSquares(count, groups), {gradient, sums}, [groups]);
  dispatch(fromSums(groups, limit), {sums, norm, factor}, [1]);
  backend.disposeData(sums.dataId);
  return [norm, factor];
});

/**
 * Adds `shared_sums`, one of each thread, in pairs: after the first round half of the threads hold sums of two, in the
 * end the first holds that of all.
 */
const addUp = `
var<workgroup> shared_sums: array<f32, ${THREADS}>;
fn addUp(lane: u32, own: f32) {
  shared_sums[lane] = own;
  for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { shared_sums[lane] += shared_sums[lane + half]; }
  }
}`;

/** Each workgroup adds up the squares of one share of the gradient, thread by thread in steps of all threads. */
const sumsOfSquares = (count: number, groups: number): Kernel => ({
  name: "SumsOfSquares",
  reads: {gradient: "vec4<f32>"},
  writes: {sums: "f32"},
  code: `${addUp}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var total = vec4<f32>();
  // Neighbouring threads read neighbouring numbers.
  for (var i = group.x * ${THREADS}u + lane; i < ${count}u; i += ${groups * THREADS}u) {
    total += gradient[i] * gradient[i];
  }
  addUp(lane, total.x + total.y + total.z + total.w);
  if (lane == 0u) { sums[group.x] = shared_sums[0]; }
}`
});

/** One workgroup adds up the sums of the others. */
const fromSums = (groups: number, limit: number): Kernel => ({
  name: "ClipFactor",
  reads: {sums: "f32"},
  writes: {norm: "f32", factor: "f32"},
  code: `${addUp}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  if (lane < ${groups}u) { own = sums[lane]; }
  addUp(lane, own);
  if (lane == 0u) {
    let root = sqrt(shared_sums[0]);
    norm[0] = root;
    // The same tiny term as in ops/clipByGlobalNorm.ts. A norm that is no number clips to itself.
    let quotient = ${f32(limit)} / (root + ${f32(1e-6)});
    factor[0] = select(quotient, 1.0, quotient > 1.0);
  }
}`
});

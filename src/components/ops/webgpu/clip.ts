import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {randomTensor} from "../../webgpu/randomTensor.js";
import {dispatch, type Kernel} from "../../webgpu/runner.js";
import {clipFactor, globalNorm} from "../clipByGlobalNorm.js";
import {kernelsAreOn, webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";
import {type Reduction, reduction} from "./reduction.js";
import {measuredReduction, type Tried} from "./rowWork.js";

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
  const way = measuredReduction("ClipFactor", gradient.size, tried);
  const [norm, factor] = run({gradient}, {limit, way}) as [tf.Scalar, tf.Scalar];
  return {norm, factor};
}

/** Random numbers, at least as many as 4 divides, and their norm and factor. */
function tried(length: number): Tried {
  const gradient = tf.keep(randomTensor([length], 1));
  return {
    run() {
      if (kernelsAreOn()) return Object.values(flatClipFactor(gradient, 1));
      const norm = globalNorm({gradient});
      return [norm, clipFactor(norm, 1)];
    },
    dispose: () => gradient.dispose()
  };
}

interface Attributes {
  limit: number;
  way: Reduction;
}

const run = webgpuKernel<Attributes>("ClipFactor", ({inputs, attributes: {limit, way}}) => {
  const backend = webgpuBackend();
  const gradient = inputs.gradient!;
  const count = tf.util.sizeFromShape(gradient.shape) / 4;
  const groups = Math.min(MOST_SUMS, Math.ceil(count / (THREADS * PER_THREAD)));
  const sums = backend.makeTensorInfo([groups], "float32");
  const norm = backend.makeTensorInfo([], "float32");
  const factor = backend.makeTensorInfo([], "float32");
  dispatch(sumsOfSquares(count, groups, way), {gradient, sums}, [groups]);
  dispatch(fromSums(groups, limit, way), {sums, norm, factor}, [1]);
  backend.disposeData(sums.dataId);
  return [norm, factor];
});

/** Each workgroup adds up the squares of one share of the gradient, thread by thread in steps of all threads. */
function sumsOfSquares(count: number, groups: number, way: Reduction): Kernel {
  const {code, begin, extensions} = reduction(way, THREADS, "f32");
  return {
    name: "SumsOfSquares",
    reads: {gradient: "vec4<f32>"},
    writes: {sums: "f32"},
    extensions,
    code: `${code}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  ${begin}
  var total = vec4<f32>();
  // Neighbouring threads read neighbouring numbers.
  for (var i = group.x * ${THREADS}u + lane; i < ${count}u; i += ${groups * THREADS}u) {
    total += gradient[i] * gradient[i];
  }
  let all = ofAll(lane, total.x + total.y + total.z + total.w);
  if (lane == 0u) { sums[group.x] = all; }
}`
  };
}

/** One workgroup adds up the sums of the others. */
function fromSums(groups: number, limit: number, way: Reduction): Kernel {
  const {code, begin, extensions} = reduction(way, THREADS, "f32");
  return {
    name: "ClipFactor",
    reads: {sums: "f32"},
    writes: {norm: "f32", factor: "f32"},
    extensions,
    code: `${code}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32) {
  ${begin}
  var own = 0.0;
  if (lane < ${groups}u) { own = sums[lane]; }
  let all = ofAll(lane, own);
  if (lane == 0u) {
    let root = sqrt(all);
    norm[0] = root;
    // The same tiny term as in ops/clipByGlobalNorm.ts. A norm that is no number clips to itself.
    let quotient = ${f32(limit)} / (root + ${f32(1e-6)});
    factor[0] = select(quotient, 1.0, quotient > 1.0);
  }
}`
  };
}

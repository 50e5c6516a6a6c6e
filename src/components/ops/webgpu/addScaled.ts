import type * as tf from "@tensorflow/tfjs-core";
import {dispatch} from "../../webgpu/runner.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";

const THREADS = 256;

/**
 * sum ← sum + share · x in place, or share · x where the sum begins; x and the sum have one length, which 4 divides, and
 * the share is a scalar.
 */
export function addScaled(sum: tf.Tensor, x: tf.Tensor, share: tf.Tensor, isFirst: boolean): void {
  run({x, share, sum}, {isFirst, count: x.size / 4});
}

const run = webgpuKernel<{isFirst: boolean; count: number}>(
  "AddScaled",
  ({inputs, attributes: {isFirst, count}}) => {
    const grid = folded(Math.ceil(count / THREADS));
    dispatch(
      {
        name: "AddScaled",
        reads: {x: "vec4<f32>", share: "f32"},
        writes: {sum: "vec4<f32>"},
        code: `
// A thread adds four numbers.
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * ${grid[0]}u) * ${THREADS}u + lane;
  if (i >= ${count}u) { return; }
  sum[i] = ${isFirst ? "" : "sum[i] + "}x[i] * share[0];
}`
      },
      inputs,
      grid
    );
    return [];
  }
);

import type * as tf from "@tensorflow/tfjs-core";
import {dispatch} from "../../webgpu/runner.js";
import {rateIndex} from "../rates.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

const THREADS = 256;

interface MuonStepSettings {
  /** What the learning rate is multiplied by. */
  size: number;
  isDecaying: boolean;
}

/** The last line of ops/muon.ts: a matrix moves along its orthogonal direction, in place. */
export function muonStep(
  parameter: tf.Tensor,
  direction: tf.Tensor,
  rates: tf.Tensor,
  settings: MuonStepSettings
): void {
  run({parameter, direction, rates}, {...settings, count: parameter.size});
}

const run = webgpuKernel<MuonStepSettings & {count: number}>(
  "MuonStep",
  ({inputs, attributes: {size, isDecaying, count}}) => {
    const grid = folded(Math.ceil(count / THREADS));
    dispatch(
      {
        name: "MuonStep",
        reads: {direction: "f32", rates: "f32"},
        writes: {parameter: "f32"},
        code: `
// A thread moves one number.
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * ${grid[0]}u) * ${THREADS}u + lane;
  if (i >= ${count}u) { return; }
  let step = direction[i] * (rates[${rateIndex.learningRate}] * ${f32(size)});
  parameter[i] = parameter[i] ${isDecaying ? `* rates[${rateIndex.kept}]` : ""} - step;
}`
      },
      inputs,
      grid
    );
    return [];
  }
);

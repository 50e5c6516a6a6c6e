import type * as tf from "@tensorflow/tfjs-core";
import {dispatch} from "../../webgpu/runner.js";
import {rateIndex} from "../rates.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

const THREADS = 256;

interface MuonStepSettings {
  /** Where each matrix begins among the parameters, in numbers. */
  offsets: readonly number[];
  /** What the learning rate is multiplied by. */
  size: number;
  isDecaying: boolean;
}

/**
 * The last line of ops/muon.ts: matrices move along their orthogonal directions [matrices, I, O], in place among flat
 * parameters [length]; where `factor`, a scalar, is 0, they stay.
 */
export function muonStep(
  parameters: tf.Tensor,
  directions: tf.Tensor,
  factor: tf.Tensor,
  rates: tf.Tensor,
  settings: MuonStepSettings
): void {
  run(
    {parameters, directions, factor, rates},
    {...settings, count: directions.size / settings.offsets.length}
  );
}

const run = webgpuKernel<MuonStepSettings & {count: number}>(
  "MuonStep",
  ({inputs, attributes: {offsets, size, isDecaying, count}}) => {
    const total = offsets.length * count;
    const grid = folded(Math.ceil(total / THREADS));
    dispatch(
      {
        name: "MuonStep",
        reads: {directions: "f32", factor: "f32", rates: "f32"},
        writes: {parameters: "f32"},
        code: `
// A thread moves one number.
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * ${grid[0]}u) * ${THREADS}u + lane;
  if (i >= ${total}u || factor[0] == 0.0) { return; }
  var offsets = array<u32, ${offsets.length}>(${offsets.map((offset) => `${offset}u`).join(", ")});
  let place = offsets[i / ${count}u] + i % ${count}u;
  let step = directions[i] * (rates[${rateIndex.learningRate}] * ${f32(size)});
  parameters[place] = parameters[place] ${isDecaying ? `* rates[${rateIndex.kept}]` : ""} - step;
}`
      },
      inputs,
      grid
    );
    return [];
  }
);

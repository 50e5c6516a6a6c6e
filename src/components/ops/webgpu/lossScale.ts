import type * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {dispatch} from "../../webgpu/runner.js";
import {MOST_LOSS_SCALE} from "../lossScaleState.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

/**
 * A loss scale lives on the device as [scale, updates since it last changed], float32, so that steps that are replayed
 * can change it.
 */
export type LossScaleTensor = tf.Tensor;

/** The scale is doubled after so many updates without overflow; PyTorch waits 2,000, which is a whole run here. */
const GROWTH_INTERVAL = 500;

/** dy times the scale: [] → []. */
export const timesLossScale = (dy: tf.Tensor, lossScale: LossScaleTensor): tf.Tensor =>
  multiply({dy, lossScale}, {})[0]!;

const multiply = webgpuKernel<object>("TimesLossScale", ({inputs: {dy, lossScale}}) => {
  const scaled = webgpuBackend().makeTensorInfo([], "float32");
  dispatch(
    {
      name: "TimesLossScale",
      reads: {dy: "f32", lossScale: "f32"},
      writes: {scaled: "f32"},
      code: `
@compute @workgroup_size(1)
fn main() { scaled[0] = dy[0] * lossScale[0]; }`
    },
    {dy: dy!, lossScale: lossScale!, scaled},
    [1]
  );
  return [scaled];
});

/**
 * After the norm of scaled gradients is known, all in place: `norm` becomes that of the gradients themselves, `factor`
 * what scaled gradients are to be multiplied by so that their norm is at most `limit`, and the scale its next value.
 * Where some gradient has overflowed, the norm is not finite, the factor is 0, which updates take for "not at all",
 * and the scale is halved.
 */
export function unscale(
  lossScale: LossScaleTensor,
  {norm, factor}: {norm: tf.Tensor; factor: tf.Tensor},
  limit: number
): void {
  run({lossScale, norm, factor}, {limit});
}

const run = webgpuKernel<{limit: number}>("Unscale", ({inputs, attributes: {limit}}) => {
  dispatch(
    {
      name: "Unscale",
      reads: {},
      writes: {lossScale: "f32", norm: "f32", factor: "f32"},
      code: `
@compute @workgroup_size(1)
fn main() {
  let scale = lossScale[0];
  // Asks the bits, since compilers may take it that numbers are numbers.
  let isFinite = (bitcast<u32>(norm[0]) & 0x7f800000u) != 0x7f800000u;
  if (!isFinite) {
    factor[0] = 0.0;
    lossScale[0] = max(scale * 0.5, 1.0);
    lossScale[1] = 0.0;
    return;
  }
  let own = norm[0] / scale;
  norm[0] = own;
  factor[0] = min(1.0, ${f32(limit)} / (own + ${f32(1e-6)})) / scale;
  let updates = lossScale[1] + 1.0;
  let grows = updates >= ${f32(GROWTH_INTERVAL)};
  lossScale[0] = select(scale, min(scale * 2.0, ${f32(MOST_LOSS_SCALE)}), grows);
  lossScale[1] = select(updates, 0.0, grows);
}`
    },
    inputs,
    [1]
  );
  return [];
});

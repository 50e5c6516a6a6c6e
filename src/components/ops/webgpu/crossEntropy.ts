import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {dispatch} from "../../webgpu/runner.js";
import {webgpuKernel} from "./kernels.js";
import {rowProgram, rowWork, unitsOf} from "./rows.js";

/** logits [N, V], targets [N] int32. */
interface Places {
  logits: tf.Tensor;
  targets: tf.Tensor;
}

/** Asks the bits: compilers may take it that numbers are numbers, and exp of NaN is one on some devices. */
const nanTest = `
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`;

/** A smaller number than any logit; minus infinity would make NaN of a difference of two. */
const LOWEST = "-3.4e38";

/**
 * Of every place the loss, 0 where there is no target, and two numbers that give its probabilities back: the largest
 * logit m and log Σ exp(logit − m). logits [N, V], targets [N] → losses [N], measures [N, 2].
 *
 * One pass over the logits: the sum is kept relative to the largest so far and rescaled when a larger one comes.
 */
const places = webgpuKernel<{smoothing: number}>("CrossEntropy", ({inputs, attributes: {smoothing}}) => {
  const [N, V] = inputs.logits!.shape as [number, number];
  const {type} = unitsOf(V);
  const isVector = type !== "f32";
  const backend = webgpuBackend();
  const losses = backend.makeTensorInfo([N], "float32");
  const measures = backend.makeTensorInfo([N, 2], "float32");
  const {code, grid} = rowProgram({
    work: rowWork(V),
    rows: N,
    count: "arrayLength(&measures)",
    length: V,
    // The largest, the sum of exponentials relative to it, and the plain sum: for smoothing, and NaN where one is NaN.
    found: "vec3f",
    combine: "merged(a, b)",
    declarations: `${nanTest}
fn merged(a: vec3f, b: vec3f) -> vec3f {
  let largest = max(a.x, b.x);
  return vec3f(largest, a.y * exp(a.x - largest) + b.y * exp(b.x - largest), a.z + b.z);
}
fn largestOf(e: E) -> f32 { return ${isVector ? "max(max(e.x, e.y), max(e.z, e.w))" : "e"}; }`,
    body: `
    let start = row * UNITS;
    var own = vec3f(${LOWEST}, 0.0, 0.0);
    for (var i = lane; i < UNITS; i += LANES) {
      let x = logits[start + i];
      let largest = largestOf(x);
      if (largest > own.x) { own = vec3f(largest, own.y * exp(own.x - largest), own.z); }
      own.y += total(exp(x - E(own.x)));
      own.z += total(x);
    }
    let all = ofRow(lane, own);
    if (lane == 0u) {
      let wanted = targets[row];
      let hasTarget = wanted >= 0;
      let logSum = select(log(all.y), all.z, isNaN(all.z));
      var expected = 0.0;
      if (hasTarget && u32(wanted) < ${V}u) {
        let at = u32(wanted);
        expected = ${1 - smoothing} * (logits[start + ${isVector ? "at / 4u][at % 4u]" : "at]"} - all.x);
      }
      ${smoothing > 0 ? `expected += ${smoothing} * (all.z / LENGTH - all.x);` : ""}
      losses[row] = (logSum - expected) * f32(hasTarget);
      measures[row] = vec2f(all.x, logSum);
    }`
  });
  dispatch(
    {
      name: "CrossEntropy",
      reads: {logits: type, targets: "i32"},
      writes: {losses: "f32", measures: "vec2<f32>"},
      code
    },
    {...inputs, losses, measures},
    grid
  );
  return [losses, measures];
});

/** The mean of the losses of places with a target, [], and how many these are, at least 1: losses [N], targets [N]. */
const mean = webgpuKernel<object>("CrossEntropyMean", ({inputs}) => {
  const [N] = inputs.losses!.shape as [number];
  const {type} = unitsOf(N);
  const integers = type === "f32" ? "i32" : "vec4<i32>";
  const backend = webgpuBackend();
  const average = backend.makeTensorInfo([], "float32");
  const count = backend.makeTensorInfo([1], "float32");
  const {code, grid} = rowProgram({
    work: rowWork(N),
    rows: 1,
    count: "1u",
    length: N,
    body: `
    var sum = E();
    var places = E();
    for (var i = lane; i < UNITS; i += LANES) {
      sum += losses[i];
      places += select(E(0.0), E(1.0), targets[i] >= ${integers}(0));
    }
    let all = ofRow(lane, vec2f(total(sum), total(places)));
    if (lane == 0u) {
      count[0] = max(all.y, 1.0);
      average[0] = all.x / max(all.y, 1.0);
    }`
  });
  dispatch(
    {
      name: "CrossEntropyMean",
      reads: {losses: type, targets: integers},
      writes: {average: "f32", count: "f32"},
      code
    },
    {...inputs, average, count},
    grid
  );
  return [average, count];
});

/** dlogits = (p − q) · dy / count, 0 where there is no target: [N, V]. */
const backward = webgpuKernel<{smoothing: number}>(
  "CrossEntropyBackward",
  ({inputs, attributes: {smoothing}}) => {
    const [N, V] = inputs.logits!.shape as [number, number];
    const {type} = unitsOf(V);
    const isVector = type !== "f32";
    const dlogits = webgpuBackend().makeTensorInfo([N, V], "float32");
    const {code, grid} = rowProgram({
      work: rowWork(V),
      rows: N,
      count: "arrayLength(&measures)",
      length: V,
      declarations: nanTest,
      body: `
    let start = row * UNITS;
    let wanted = targets[row];
    let largest = E(measures[row].x);
    let logSum = E(measures[row].y);
    var factor = dy[0] / count[0] * f32(wanted >= 0);
    if (isNaN(measures[row].y)) { factor = measures[row].y; }
    for (var i = lane; i < UNITS; i += LANES) {
      let columns = ${isVector ? "vec4u(0u, 1u, 2u, 3u) + 4u * i" : "i"};
      let isWanted = columns == ${isVector ? "vec4u(u32(wanted))" : "u32(wanted)"};
      let q = select(E(0.0), E(${1 - smoothing}), isWanted)${smoothing > 0 ? ` + E(${smoothing / V})` : ""};
      dlogits[start + i] = (exp((logits[start + i] - largest) - logSum) - q) * factor;
    }`
    });
    dispatch(
      {
        name: "CrossEntropyBackward",
        reads: {logits: type, targets: "i32", measures: "vec2<f32>", count: "f32", dy: "f32"},
        writes: {dlogits: type},
        code
      },
      {...inputs, dlogits},
      grid
    );
    return [dlogits];
  }
);

/** What the backward pass wants back. */
export interface CrossEntropyMeasures {
  measures: tf.Tensor;
  count: tf.Tensor;
}

/** The loss of every place: [N]. */
export const placeLosses = ({logits, targets}: Places, smoothing: number): tf.Tensor =>
  tf.tidy(() => places({logits, targets}, {smoothing})[0]!);

/** The mean loss of the places that have a target, []; two dispatches. */
export function crossEntropyForward(
  {logits, targets}: Places,
  smoothing: number
): CrossEntropyMeasures & {value: tf.Tensor} {
  const [losses, measures] = places({logits, targets}, {smoothing}) as [tf.Tensor, tf.Tensor];
  const [value, count] = mean({losses, targets}, {}) as [tf.Tensor, tf.Tensor];
  return {value, measures, count};
}

/** dlogits [N, V]. */
export const crossEntropyBackward = (
  {logits, targets}: Places,
  {measures, count}: CrossEntropyMeasures,
  dy: tf.Tensor,
  smoothing: number
): tf.Tensor => backward({logits, targets, measures, count, dy}, {smoothing})[0]!;

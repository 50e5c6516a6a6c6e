import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {randomTensor} from "../../webgpu/randomTensor.js";
import {dispatch} from "../../webgpu/runner.js";
import {webgpuKernel} from "./kernels.js";
import type {Combination} from "./reduction.js";
import {rowProgram, unitsOf} from "./rows.js";
import {measuredRowWork, type RowWork, rowWork, withGradient} from "./rowWork.js";

/** logits [N, V], targets [N] int32. */
interface Places {
  logits: tf.Tensor;
  targets: tf.Tensor;
}

interface Attributes {
  smoothing: number;
  work: RowWork;
}

/** Asks the bits: compilers may take it that numbers are numbers, and exp of NaN is one on some devices. */
const nanTest = `
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }`;

/** A smaller number than any logit; minus infinity would make NaN of a difference of two. */
const LOWEST = "-3.4e38";

/**
 * Of a row's numbers, or some of them: the largest; the sum of exponentials relative to it; the plain sum, for smoothing
 * and because it is NaN where one is.
 */
const softmaxSums: Combination = {
  ofTwo: "merged(a, b)",
  ofSubgroup: "mergedOfSubgroup(own)",
  neutral: `vec3f(${LOWEST}, 0.0, 0.0)`
};

const merging = (work: RowWork) => `
fn merged(a: vec3f, b: vec3f) -> vec3f {
  let largest = max(a.x, b.x);
  return vec3f(largest, a.y * exp(a.x - largest) + b.y * exp(b.x - largest), a.z + b.z);
}
${
  work === "subgroup"
    ? `fn mergedOfSubgroup(own: vec3f) -> vec3f {
  let largest = subgroupMax(own.x);
  return vec3f(largest, subgroupAdd(own.y * exp(own.x - largest)), subgroupAdd(own.z));
}`
    : ""
}`;

/**
 * Of every place the loss, 0 where there is no target, and two numbers that give its probabilities back: the largest
 * logit m and log Σ exp(logit − m). logits [N, V], targets [N] → losses [N], measures [N, 2].
 *
 * One pass over the logits: the sum is kept relative to the largest so far and rescaled when a larger one comes.
 */
const places = webgpuKernel<Attributes>("CrossEntropy", ({inputs, attributes: {smoothing, work}}) => {
  const [N, V] = inputs.logits!.shape as [number, number];
  const {type} = unitsOf(V);
  const isVector = type !== "f32";
  const backend = webgpuBackend();
  const losses = backend.makeTensorInfo([N], "float32");
  const measures = backend.makeTensorInfo([N, 2], "float32");
  const {grid, ...program} = rowProgram({
    work,
    rows: N,
    count: "arrayLength(&measures)",
    length: V,
    found: "vec3f",
    combination: softmaxSums,
    declarations: `${nanTest}${merging(work)}
fn largestOf(e: E) -> f32 { return ${isVector ? "max(max(e.x, e.y), max(e.z, e.w))" : "e"}; }`,
    body: `
    let start = row * UNITS;
    var own = ${softmaxSums.neutral};
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
      ...program
    },
    {...inputs, losses, measures},
    grid
  );
  return [losses, measures];
});

/** The mean of the losses of places with a target, [], and how many these are, at least 1: losses [N], targets [N]. */
const mean = webgpuKernel<Pick<Attributes, "work">>("CrossEntropyMean", ({inputs, attributes: {work}}) => {
  const [N] = inputs.losses!.shape as [number];
  const {type} = unitsOf(N);
  const integers = type === "f32" ? "i32" : "vec4<i32>";
  const backend = webgpuBackend();
  const average = backend.makeTensorInfo([], "float32");
  const count = backend.makeTensorInfo([1], "float32");
  const {grid, ...program} = rowProgram({
    work: work === "subgroup" ? work : rowWork(N),
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
      ...program
    },
    {...inputs, average, count},
    grid
  );
  return [average, count];
});

/** dlogits = (p − q) · dy / count, 0 where there is no target: [N, V]. */
const backward = webgpuKernel<Attributes>(
  "CrossEntropyBackward",
  ({inputs, attributes: {smoothing, work}}) => {
    const [N, V] = inputs.logits!.shape as [number, number];
    const {type} = unitsOf(V);
    const isVector = type !== "f32";
    const dlogits = makeActivation([N, V], type);
    const {code, grid} = rowProgram({
      // Threads need nothing from each other.
      work: work === "thread" ? work : "workgroup",
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

/** The kernels of an operation: the mean loss of logits and targets with its gradient, by them or by its definition. */
export function crossEntropyKernels(op: (logits: tf.Tensor, targets: tf.Tensor) => tf.Tensor) {
  const attributesFor = (logits: tf.Tensor, smoothing: number): Attributes => {
    const V = logits.shape.at(-1)!;
    const tried = (N: number) => {
      // Far apart, so that the largest counts; some places have no target.
      const logits = tf.tidy(() => tf.keep(tf.mul(randomTensor([N, V], 1), 20)));
      const targets = tf.keep(
        tf.tensor1d(
          Int32Array.from({length: N}, (_, i) => (i % 5 === 3 ? -1 : (7919 * i) % V)),
          "int32"
        )
      );
      const {run, dispose} = withGradient((logits) => op(logits!, targets), [logits], tf.keep(tf.scalar(1)));
      return {
        run,
        dispose() {
          dispose();
          targets.dispose();
        }
      };
    };
    return {smoothing, work: measuredRowWork("CrossEntropy", V, tried)};
  };
  return {
    /** The loss of every place: [N]. */
    placeLosses: ({logits, targets}: Places, smoothing: number): tf.Tensor =>
      tf.tidy(() => places({logits, targets}, attributesFor(logits, smoothing))[0]!),

    /** The mean loss of the places that have a target, []; two dispatches. */
    forward({logits, targets}: Places, smoothing: number): CrossEntropyMeasures & {value: tf.Tensor} {
      const attributes = attributesFor(logits, smoothing);
      const [losses, measures] = places({logits, targets}, attributes) as [tf.Tensor, tf.Tensor];
      const [value, count] = mean({losses, targets}, attributes) as [tf.Tensor, tf.Tensor];
      return {value, measures, count};
    },

    /** dlogits [N, V]. */
    backward: (
      {logits, targets}: Places,
      {measures, count}: CrossEntropyMeasures,
      dy: tf.Tensor,
      smoothing: number
    ): tf.Tensor => backward({logits, targets, measures, count, dy}, attributesFor(logits, smoothing))[0]!
  };
}

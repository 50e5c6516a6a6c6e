import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {gradientPlace} from "../../webgpu/gradientPlaces.js";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {randomTensor} from "../../webgpu/randomTensor.js";
import {dispatch} from "../../webgpu/runner.js";
import {EPSILON} from "../epsilon.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import type {Reduction} from "./reduction.js";
import {rowProgram, unitsOf} from "./rows.js";
import {measuredRowWork, type RowWork, withGradient} from "./rowWork.js";
import {sumParts} from "./sumParts.js";

/**
 * LayerNorm, which takes the mean out of every vector first, and RMSNorm, which does not: where that is the only
 * difference, one code makes both. The formulas are in ops/layerNorm.ts and ops/rmsNorm.ts. What the backward pass
 * needs of a row besides x are two numbers, its mean (or 0) and the inverse of its deviation (or root mean square).
 */
type Kind = "LayerNorm" | "RmsNorm";

interface Attributes {
  work: RowWork;
}

/** Workgroups that share the rows of a backward pass: each leaves one part of the sums over all rows. */
const PARTS = 1024;

/** x [.., C], gain [C], bias [C] if there is one → y [.., C] and for every row its mean and inverse deviation, [N, 2]. */
const forwardKernel = (kind: Kind) =>
  webgpuKernel<Attributes>(kind, ({inputs, attributes: {work}}) => {
    const {x, bias} = inputs as {x: tf.TensorInfo; bias?: tf.TensorInfo};
    const [rows, C] = rowsOf(x);
    const {type} = unitsOf(C);
    const backend = webgpuBackend();
    const y = makeActivation(x.shape, type);
    const measures = backend.makeTensorInfo([rows, 2], "float32");
    const {grid, ...program} = rowProgram({
      work,
      rows,
      count: "arrayLength(&measures)",
      length: C,
      body: `
    let start = row * UNITS;
    var sum = E();
    ${kind === "LayerNorm" ? "for (var i = lane; i < UNITS; i += LANES) { sum += x[start + i]; }" : ""}
    let mean = ${kind === "LayerNorm" ? "ofRow(lane, vec2f(total(sum), 0.0)).x / LENGTH" : "0.0"};
    sum = E();
    for (var i = lane; i < UNITS; i += LANES) {
      let centred = x[start + i] - E(mean);
      sum += centred * centred;
    }
    let inverse = inverseSqrt(ofRow(lane, vec2f(total(sum), 0.0)).x / LENGTH + ${EPSILON});
    for (var i = lane; i < UNITS; i += LANES) {
      y[start + i] = (x[start + i] - E(mean)) * E(inverse) * gain[i]${bias ? " + bias[i]" : ""};
    }
    if (lane == 0u) { measures[row] = vec2f(mean, inverse); }`
    });
    dispatch(
      {
        name: kind,
        reads: {x: type, gain: type, ...(bias && {bias: type})},
        writes: {y: type, measures: "vec2<f32>"},
        ...program
      },
      {...inputs, y, measures},
      grid
    );
    return [y, measures];
  });

/** The inputs of the forward pass, measures, and dy [.., C] → dx [.., C], dgain [C] and dbias [C]. Two dispatches. */
const backwardKernel = (kind: Kind) =>
  webgpuKernel<Attributes>(`${kind}Backward`, ({inputs: {bias, ...inputs}, attributes: {work}}) => {
    const {x, gain} = inputs as {x: tf.TensorInfo; gain: tf.TensorInfo};
    const backend = webgpuBackend();
    const dx = makeActivation(x.shape, unitsOf(x.shape.at(-1)!).type);
    const gradientOf = (parameter: tf.TensorInfo) =>
      gradientPlace(parameter) ?? backend.makeTensorInfo(parameter.shape, "float32");
    const sums = {dgain: gradientOf(gain), ...(bias && {dbias: gradientOf(bias)})};
    if (work === "thread") {
      backwardOfRows(kind, inputs, dx);
      sumsOfColumns(kind, inputs, sums);
    } else backwardInParts(kind, work, inputs, dx, sums);
    return [dx, ...Object.values(sums)];
  });

/** dx of row `row`; `visit` sees every element's dy and x̂ as `slope` and `normalised`. */
const bodyOfBackward = (kind: Kind, visit = "") => `
    let start = row * UNITS;
    let mean = E(measures[row].x);
    let inverse = E(measures[row].y);
    var sum = E();
    var sumAlong = E();
    for (var i = lane; i < UNITS; i += LANES) {
      let g = dy[start + i] * gain[i];
      sum += g;
      sumAlong += g * ((x[start + i] - mean) * inverse);
    }
    let means = ofRow(lane, vec2f(total(sum), total(sumAlong))) / LENGTH;
    for (var i = lane; i < UNITS; i += LANES) {
      let slope = dy[start + i];
      let normalised = (x[start + i] - mean) * inverse;
      let across = slope * gain[i]${kind === "LayerNorm" ? " - E(means.x)" : ""};
      dx[start + i] = (across - normalised * E(means.y)) * inverse;
      ${visit}
    }`;

function backwardOfRows(kind: Kind, inputs: Record<string, tf.TensorInfo>, dx: tf.TensorInfo): void {
  const [rows, C] = rowsOf(dx);
  const {type} = unitsOf(C);
  const {code, grid} = rowProgram({
    work: "thread",
    rows,
    count: "arrayLength(&measures)",
    length: C,
    body: bodyOfBackward(kind)
  });
  dispatch(
    {
      name: `${kind}Backward`,
      reads: {x: type, gain: type, measures: "vec2<f32>", dy: type},
      writes: {dx: type},
      code
    },
    {...inputs, dx},
    grid
  );
}

/**
 * dgain = Σ dy ∘ x̂ and dbias = Σ dy over all rows: every thread walks down a column of elements. Of use where threads
 * are few and quick.
 */
function sumsOfColumns(
  kind: Kind,
  inputs: Record<string, tf.TensorInfo>,
  sums: Record<string, tf.TensorInfo>
): void {
  const {x, measures, dy} = inputs as Record<"x" | "measures" | "dy", tf.TensorInfo>;
  const [rows, C] = rowsOf(x);
  const {type, units} = unitsOf(C);
  // Small workgroups, so that there are some for every core.
  const threads = 8;
  const grid = folded(Math.ceil(units / threads));
  dispatch(
    {
      name: `${kind}BackwardSums`,
      reads: {x: type, measures: "vec2<f32>", dy: type},
      writes: Object.fromEntries(Object.keys(sums).map((name) => [name, type])),
      code: `
alias E = ${type};
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x + id.y * ${grid[0] * threads}u;
  if (column >= ${units}u) { return; }
  var gains = E();
  var biases = E();
  for (var row = 0u; row < ${rows}u; row++) {
    let i = row * ${units}u + column;
    gains += dy[i] * ((x[i] - E(measures[row].x)) * E(measures[row].y));
    biases += dy[i];
  }
  dgain[column] = gains;
  ${sums.dbias ? "dbias[column] = biases;" : ""}
}`
    },
    {x, measures, dy, ...sums},
    grid
  );
}

/**
 * The whole backward pass, reading x and dy once: each workgroup computes dx of its rows and adds up what they
 * contribute to dgain and dbias, every thread for the columns that it has in each row. A second kernel adds the parts.
 */
function backwardInParts(
  kind: Kind,
  work: Reduction,
  inputs: Record<string, tf.TensorInfo>,
  dx: tf.TensorInfo,
  sums: Record<string, tf.TensorInfo>
): void {
  const [rows, C] = rowsOf(dx);
  const {type} = unitsOf(C);
  const groups = Math.min(rows, PARTS);
  const width = Object.keys(sums).length;
  const backend = webgpuBackend();
  const parts = backend.makeTensorInfo([groups, width * C], "float32");
  const {grid, ...program} = rowProgram({
    work,
    rows,
    count: "arrayLength(&measures)",
    length: C,
    groups,
    before: `
  // Of the elements lane, lane + LANES, …
  var gains: array<E, (UNITS + LANES - 1u) / LANES>;
  var biases: array<E, (UNITS + LANES - 1u) / LANES>;`,
    body: bodyOfBackward(kind, "gains[i / LANES] += slope * normalised; biases[i / LANES] += slope;"),
    after: `
  for (var i = lane; i < UNITS; i += LANES) {
    parts[group * ${width}u * UNITS + i] = gains[i / LANES];
    ${width === 2 ? "parts[(group * 2u + 1u) * UNITS + i] = biases[i / LANES];" : ""}
  }`
  });
  dispatch(
    {
      name: `${kind}Backward`,
      reads: {x: type, gain: type, measures: "vec2<f32>", dy: type},
      writes: {dx: type, parts: type},
      ...program
    },
    {...inputs, dx, parts},
    grid
  );
  sumParts(parts, sums, work);
  backend.disposeData(parts.dataId);
}

function rowsOf({shape}: tf.TensorInfo): [rows: number, length: number] {
  const C = shape.at(-1)!;
  return [shape.slice(0, -1).reduce((product, length) => product * length, 1), C];
}

/**
 * Forward and backward of one kind of norm: x [.., C], gain [C] and, where there is one, bias [C]. `op` is the norm with
 * its gradient, by these kernels or by its definition, for them to be tried.
 */
export function normKernels(kind: Kind, op: (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) => tf.Tensor) {
  const forward = forwardKernel(kind);
  const backward = backwardKernel(kind);
  const named = (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) => ({x, gain, ...(bias && {bias})});
  const workOn = (gain: tf.Tensor): Attributes => {
    const C = gain.size;
    const random = (shape: number[], seed: number) => tf.keep(randomTensor(shape, seed));
    const tried = (rows: number) => {
      const bias = kind === "LayerNorm" ? [random([C], 3)] : [];
      const inputs = [random([rows, C], 1), random([C], 2), ...bias];
      return withGradient((x, gain, bias) => op(x!, gain!, bias), inputs, random([rows, C], 4));
    };
    return {work: measuredRowWork(kind, C, tried)};
  };
  return {
    /** y, and what `backward` wants to be given of every row. */
    forward: (x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) =>
      forward(named(x, gain, bias), workOn(gain)) as [y: tf.Tensor, measures: tf.Tensor],
    /** A gradient for each input. */
    backward: (dy: tf.Tensor, measures: tf.Tensor, x: tf.Tensor, gain: tf.Tensor, bias?: tf.Tensor) =>
      backward({...named(x, gain, bias), measures, dy}, workOn(gain))
  };
}

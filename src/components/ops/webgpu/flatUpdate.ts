import type * as tf from "@tensorflow/tfjs-core";
import {BLOCK, type FlatTensors} from "../../webgpu/flatTensors.js";
import {dispatch, type ElementType, type Kernel} from "../../webgpu/runner.js";
import {rateIndex} from "../rates.js";
import {folded} from "./grid.js";
import {webgpuKernel} from "./kernels.js";
import {f32} from "./literal.js";

/** What a flat update is told: the constants of its rule. */
export interface FlatSettings {
  weightDecay: number;
  momentum: number;
  beta1: number;
  beta2: number;
  epsilon: number;
}

export type FlatRule = "sgd" | "momentum" | "adam" | "adamW" | "muonMomentum";

/** The arrays that an update goes over. */
export interface FlatArrays {
  /** The whole of all parameters, of their gradients, and of what the rule remembers. */
  parameter: tf.Tensor;
  gradient: tf.Tensor;
  firstMoment?: tf.Tensor | undefined;
  secondMoment?: tf.Tensor | undefined;
  /** By which gradients are multiplied first, a scalar; 0 leaves everything as it is, even where they are not finite. */
  factor: tf.Tensor;
  /** See `rateIndex`. */
  rates: tf.Tensor;
  /** See `blockTable`. */
  blocks: tf.Tensor;
}

/**
 * What an update must know of each block of `BLOCK` numbers, int32: bit 0, whether it is updated at all; bit 1, whether
 * it decays; above them the number of its block among the second moments, which may hold fewer parameters.
 */
export function blockTable(
  parameters: FlatTensors,
  secondMoments: FlatTensors | null,
  of: (name: string, shape: readonly number[]) => {isUpdated: boolean; isDecayed: boolean}
): Int32Array {
  const table = new Int32Array(parameters.whole.size / BLOCK);
  for (const [name, part] of Object.entries(parameters.parts)) {
    const {isUpdated, isDecayed} = of(name, part.shape);
    const first = parameters.offsets[name]! / BLOCK;
    const second = (secondMoments?.offsets[name] ?? 0) / BLOCK;
    for (let i = 0; i < Math.ceil(part.size / BLOCK); i++)
      table[first + i] = ((second + i) << 2) | (Number(isDecayed) << 1) | Number(isUpdated);
  }
  return table;
}

/** Threads of a workgroup, and numbers that each updates. */
const [THREADS, WIDTH] = [256, 4];

/** An update of four numbers at a time. */
interface RuleKernel {
  /** The op that defines it. */
  name: string;
  reads: ("parameter" | "gradient")[];
  writes: ("parameter" | "gradient" | "firstMoment" | "secondMoment")[];
  /**
   * WGSL for numbers i of everything but the second moments, of which they are numbers `second`; g is the clipped
   * gradient, and `decays` whether the parameter does. Rates have the names of `Rates`.
   */
  code: (settings: FlatSettings) => string;
}

const decayed = (weightDecay: number) => `(g + select(vec4<f32>(), p * ${f32(weightDecay)}, decays))`;

/** m, v and the change of the parameter, as in ops/adamW.ts, for a gradient that may be decayed. */
const adamStep = ({beta1, beta2, epsilon}: FlatSettings, gradient: string): string => `
  let descent = ${gradient};
  let m = firstMoment[i] * ${f32(beta1)} + descent * ${f32(1 - beta1)};
  let v = secondMoment[second] * ${f32(beta2)} + descent * descent * ${f32(1 - beta2)};
  firstMoment[i] = m;
  secondMoment[second] = v;
  let change = m * momentRate / (sqrt(v / squareCorrection) + ${f32(epsilon)});`;

const rules: Record<FlatRule, RuleKernel> = {
  sgd: {
    name: "Sgd",
    reads: ["gradient"],
    writes: ["parameter"],
    code: ({weightDecay}) => `
  let p = parameter[i];
  parameter[i] = p - ${decayed(weightDecay)} * learningRate;`
  },
  momentum: {
    name: "SgdWithMomentum",
    reads: ["gradient"],
    writes: ["parameter", "firstMoment"],
    code: ({weightDecay, momentum}) => `
  let p = parameter[i];
  let m = firstMoment[i] * ${f32(momentum)} + ${decayed(weightDecay)};
  firstMoment[i] = m;
  parameter[i] = p - m * learningRate;`
  },
  adam: {
    name: "Adam",
    reads: ["gradient"],
    writes: ["parameter", "firstMoment", "secondMoment"],
    code: (settings) => `
  let p = parameter[i];
  ${adamStep(settings, decayed(settings.weightDecay))}
  parameter[i] = p - change;`
  },
  adamW: {
    name: "AdamW",
    reads: ["gradient"],
    writes: ["parameter", "firstMoment", "secondMoment"],
    code: (settings) => `
  let p = parameter[i];
  ${adamStep(settings, "g")}
  parameter[i] = select(p, p * kept, decays) - change;`
  },
  // The direction takes the gradient's place, where it waits to be made orthogonal.
  muonMomentum: {
    name: "MuonMomentum",
    reads: [],
    writes: ["gradient", "firstMoment"],
    code: ({momentum}) => `
  let fresh = g * ${f32(1 - momentum)};
  let m = firstMoment[i] * ${f32(momentum)} + fresh;
  firstMoment[i] = m;
  gradient[i] = fresh + m * ${f32(momentum)};`
  }
};

const rates = Object.entries(rateIndex)
  .map(([name, index]) => `let ${name} = rates[${index}];`)
  .join("\n  ");

/** Updates, in place and in one dispatch, all parameters that the table of blocks says. */
export function flatUpdate(rule: FlatRule, arrays: FlatArrays, settings: FlatSettings): void {
  const {reads, writes} = rules[rule];
  const names = [...reads, ...writes, "factor", "rates", "blocks"] as const;
  const inputs = Object.fromEntries(names.map((name) => [name, arrays[name]!]));
  registered[rule](inputs, {settings, count: arrays.gradient.size / WIDTH});
}

interface Attributes {
  settings: FlatSettings;
  /** Fours of numbers. */
  count: number;
}

const register = ({name, reads, writes, code}: RuleKernel) =>
  webgpuKernel<Attributes>(name, ({inputs, attributes: {settings, count}}) => {
    const four = (array: readonly string[]): Record<string, ElementType> =>
      Object.fromEntries(array.map((name) => [name, "vec4<f32>"]));
    const grid = folded(Math.ceil(count / THREADS));
    const kernel: Kernel = {
      name,
      reads: {...four(reads), factor: "f32", rates: "f32", blocks: "i32"},
      writes: four(writes),
      code: `
// A thread updates four numbers, which are of one block and so of one parameter.
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * ${grid[0]}u) * ${THREADS}u + lane;
  if (i >= ${count}u || factor[0] == 0.0) { return; }
  let block = u32(blocks[i / ${BLOCK / WIDTH}u]);
  if ((block & 1u) == 0u) { return; }
  let decays = (block & 2u) != 0u;
  let second = (block >> 2u) * ${BLOCK / WIDTH}u + i % ${BLOCK / WIDTH}u;
  ${rates}
  let g = gradient[i] * factor[0];
  ${code(settings)}
}`
    };
    dispatch(kernel, inputs, grid);
    return [];
  });

const registered = Object.fromEntries(
  Object.entries(rules).map(([rule, kernel]) => [rule, register(kernel)])
) as Record<FlatRule, ReturnType<typeof register>>;

import type * as tf from "@tensorflow/tfjs-core";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {dispatch} from "../../webgpu/runner.js";
import {folded} from "./grid.js";

/** Threads of a workgroup. They share nothing, so any number gives the same results. */
const THREADS = 64;

export interface Elementwise {
  /** For profiles. */
  name: string;
  /**
   * WGSL that gives element i of every output from element i of the inputs. An element is of type E: four neighbouring
   * numbers where the size allows it, else one; E(0.5) is that number in each of them, and WGSL's own functions take
   * either.
   */
  code: string;
  /** WGSL functions that `code` calls, for elements of so many numbers. */
  functions?: (width: 1 | 4) => string;
  /** By the names that `code` gives them; all of one size. */
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  outputs: readonly string[];
  /** Small int32 tensors that every element reads as a whole. */
  settings?: Readonly<Record<string, tf.TensorInfo>>;
}

/** Runs a function of single elements in one dispatch; the outputs have the given shape, or the first input's. */
export function elementwise(
  {name, code, functions = () => "", inputs, outputs, settings = {}}: Elementwise,
  shape = Object.values(inputs)[0]!.shape
): tf.TensorInfo[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const width = size % 4 === 0 ? 4 : 1;
  const type = width === 4 ? "vec4<f32>" : "f32";
  const grid = folded(Math.ceil(size / width / THREADS));
  const made = outputs.map(() => makeActivation([...shape], type));
  const arrays = <Type>(names: readonly string[], type: Type) =>
    Object.fromEntries(names.map((name) => [name, type]));
  dispatch(
    {
      name,
      reads: {...arrays(Object.keys(inputs), type), ...arrays(Object.keys(settings), "i32")} as const,
      writes: arrays(outputs, type),
      code: `
alias E = ${type};
${functions(width)}
// Every thread computes one element.
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * ${THREADS}u;
  if (i >= arrayLength(&${outputs[0]})) { return; }
  ${code}
}`
    },
    {...inputs, ...settings, ...Object.fromEntries(outputs.map((name, i) => [name, made[i]!]))},
    grid
  );
  return made;
}

import type * as tf from "@tensorflow/tfjs-core";
import {makeActivation} from "../../webgpu/halfPrecision.js";
import {dispatch} from "../../webgpu/runner.js";
import {webgpuKernel} from "./kernels.js";
import {rowProgram, unitsOf} from "./rows.js";
import {rowWork} from "./rowWork.js";
import {settings} from "./settings.js";

interface Window {
  /** Positions side by side. */
  size: number;
}

/** Either direction, from x or dy to y or dx: a thread or workgroup takes the numbers of one position of x. */
const kernel = (name: string, isForward: boolean) =>
  webgpuKernel<Window>(name, ({inputs, attributes: {size}}) => {
    const given = Object.values(inputs)[0]!;
    const [B, T, width] = given.shape as [number, number, number];
    const C = isForward ? width : width / size;
    const {type} = unitsOf(C);
    const made = makeActivation([B, T, isForward ? size * C : C], type);
    const forward = `
      for (var part = 0u; part < ${size}u; part++) {
        let age = ${size - 1}u - part;
        // Zeros where the text has not begun.
        y[(row * ${size}u + part) * UNITS + i] = select(E(), x[(row - min(age, t)) * UNITS + i], age <= t);
      }`;
    const backward = `
      var sum = E();
      for (var part = 0u; part < ${size}u; part++) {
        let age = ${size - 1}u - part;
        if (t + age < T) { sum += dy[((row + age) * ${size}u + part) * UNITS + i]; }
      }
      dx[row * UNITS + i] = sum;`;
    const {code, grid} = rowProgram({
      work: rowWork(C),
      rows: B * T,
      count: isForward ? "arrayLength(&x) / UNITS" : "arrayLength(&dx) / UNITS",
      length: C,
      body: `
    let T = u32(length[0]);
    let t = row % T;
    for (var i = lane; i < UNITS; i += LANES) {${isForward ? forward : backward}
    }`
    });
    const [from, to] = isForward ? ["x", "y"] : ["dy", "dx"];
    dispatch(
      {name, reads: {[from!]: type, length: "i32"}, writes: {[to!]: type}, code},
      {[from!]: given, length: settings(T), [to!]: made},
      grid
    );
    return [made];
  });

const forward = kernel("JoinWindow", true);
const backward = kernel("JoinWindowBackward", false);

/** x [B, T, C] → [B, T, size·C]. */
export const joinWindowForward = (x: tf.Tensor, size: number): tf.Tensor => forward({x}, {size})[0]!;

/** dy [B, T, size·C] → dx [B, T, C]. */
export const joinWindowBackward = (dy: tf.Tensor, size: number): tf.Tensor => backward({dy}, {size})[0]!;

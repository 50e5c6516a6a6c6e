import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../../webgpu/backend.js";
import {computes} from "../../webgpu/device.js";
import {inHalfPrecision} from "../../webgpu/halfPrecision.js";
import {elementwise} from "./elementwise.js";
import {webgpuKernel} from "./kernels.js";

const copy = webgpuKernel<object>("Copy", ({inputs: {x}}) =>
  elementwise({name: "Copy", code: "y[i] = x[i];", inputs: {x: x!}, outputs: ["y"]})
);

/** x [..] in half precision, where `makeActivation` can have it so; numbers above 65,504 become infinite. */
export const toHalves = (x: tf.Tensor): tf.Tensor => inHalfPrecision(() => copy({x}, {})[0]!);

/** x [..], which may lie in half precision, in float32. */
export const toFloats = (x: tf.Tensor): tf.Tensor => copy({x}, {})[0]!;

/** Powers of two, and so exact; the least normal half; too much for one; and what rounds to 1 + 2⁻¹⁰. */
const GIVEN = [1, -0.5, 2 ** -14, 32_768, 1 + 2 ** -10, 1 + 2 ** -10 + 2 ** -13, 1e6, -1e6];
const EXPECTED = [1, -0.5, 2 ** -14, 32_768, 1 + 2 ** -10, 1 + 2 ** -10, Infinity, -Infinity];

/**
 * Whether this device keeps halves as IEEE 754 has them, as far as loss scaling depends on it: what is too large must
 * become infinite (or NaN). A device that computes nothing is trusted.
 */
export async function keepsHalves(): Promise<boolean> {
  if (!computes(webgpuBackend().device)) return true;
  const x = tf.tensor1d(GIVEN);
  const halves = toHalves(x);
  const floats = toFloats(halves);
  const values = await floats.data();
  tf.dispose([x, halves, floats]);
  return EXPECTED.every((expected, i) =>
    Number.isFinite(expected) ? values[i] === expected : !Number.isFinite(values[i]!)
  );
}

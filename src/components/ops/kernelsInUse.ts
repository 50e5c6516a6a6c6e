import type {KernelSet} from "./kernelSets.js";
import {wasmKernelsAreOn} from "./wasm/wasmKernel.js";
import {kernelsAreOn} from "./webgpu/kernels.js";

/** Whose kernels the ops run on tfjs's current backend. */
export function kernelsInUse(): KernelSet {
  if (wasmKernelsAreOn()) return "wasm";
  return kernelsAreOn() ? "webgpu" : "none";
}

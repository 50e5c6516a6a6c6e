import * as tf from "@tensorflow/tfjs-core";
import type {KernelSet} from "../ops/kernelSets.js";
import {kernelsInUse} from "../ops/kernelsInUse.js";

/** What the engine in use can hold. */
export interface DeviceLimits {
  /** For people: "WebGPU here", "WebAssembly". */
  engine: string;
  /** Bytes in one tensor. */
  tensorBytes: number;
  /** Bytes in all tensors together; Infinity where nobody knows. */
  totalBytes: number;
  /** Whose kernels compute there, on which it depends how much a step holds. */
  kernels: KernelSet;
}

/** TensorFlow.js's WebAssembly module may grow to twice this, but breaks off before a step fills it. */
const WASM_MEMORY = 2 ** 31;
/** JavaScript's longest typed array, by the strictest of the browsers. */
const ARRAY_BYTES = 2 ** 33;

/** The limits of tfjs's current backend, once it runs. */
export function deviceLimits(): DeviceLimits {
  return {...sizes(), kernels: kernelsInUse()};
}

function sizes(): Omit<DeviceLimits, "kernels"> {
  switch (tf.getBackend()) {
    case "webgpu": {
      const {device} = tf.backend() as unknown as {device: GPUDevice};
      const {maxBufferSize, maxStorageBufferBindingSize} = device.limits;
      return {
        engine: "WebGPU on this device",
        tensorBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize),
        totalBytes: Number.POSITIVE_INFINITY
      };
    }
    case "webgl": {
      // A texture of four float32 numbers a texel, as wide and high as allowed.
      const side = tf.env().getNumber("WEBGL_MAX_TEXTURE_SIZE");
      return {
        engine: "WebGL on this device",
        tensorBytes: 16 * side ** 2,
        totalBytes: Number.POSITIVE_INFINITY
      };
    }
    case "wasm":
      return {engine: "WebAssembly", tensorBytes: WASM_MEMORY, totalBytes: WASM_MEMORY};
    default:
      return {engine: "JavaScript", tensorBytes: ARRAY_BYTES, totalBytes: Number.POSITIVE_INFINITY};
  }
}

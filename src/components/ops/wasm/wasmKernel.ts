import * as tf from "@tensorflow/tfjs-core";
import {type Kernels, kernelsOn, type WasmBackend} from "./kernels.js";

/** Where a kernel works: the memory of the wasm backend, addressed in bytes. */
export interface Workplace {
  readonly kernels: Kernels;
  /** Where a tensor's values begin; 0 for one that is not there. */
  at(tensor: tf.TensorInfo | undefined): number;
  /** A float32 tensor whose values are whatever lay in its place before. */
  make(shape: number[]): tf.TensorInfo;
  /** The address of a place for so many floats, until the kernel returns. */
  borrow(floats: number): number;
}

/** Whether tfjs computes on wasm now and our kernels can run there. */
export const wasmKernelsAreOn = (): boolean => tf.getBackend() === "wasm" && kernelsOn(tf.backend()) !== null;

/**
 * Makes a kernel of ours one of tfjs's, which then knows, profiles and clears up after it under that name. The function
 * returned runs it on tensors of float32, and of int32 where a name in `dtypes` says so; only where
 * `wasmKernelsAreOn`. It has no gradient of its own.
 */
export function wasmKernel<Settings extends object>(
  kernelName: string,
  compute: (place: Workplace, inputs: tf.TensorInfo[], settings: Settings) => tf.TensorInfo[],
  dtypes: ("float32" | "int32")[] = []
): (inputs: tf.Tensor[], settings: Settings) => tf.Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc({inputs, backend, attrs}) {
      const wasm = backend as WasmBackend;
      const made: tf.TensorInfo[] = [];
      let kept: tf.TensorInfo[] = [];
      const make = (shape: number[]) => {
        const tensor = wasm.makeOutput(shape, "float32");
        made.push(tensor);
        return tensor;
      };
      const place: Workplace = {
        kernels: kernelsOn(wasm)!,
        make,
        at: (tensor) => (tensor ? wasm.getMemoryOffset(tensor.dataId) : 0),
        borrow: (floats) => place.at(make([floats]))
      };
      try {
        kept = compute(place, Object.values(inputs) as tf.TensorInfo[], attrs as unknown as Settings);
        return kept;
      } finally {
        for (const tensor of made) if (!kept.includes(tensor)) wasm.disposeData(tensor.dataId);
      }
    }
  });
  return (inputs, settings) => {
    const typed = inputs.map((x, i) => {
      const dtype = dtypes[i] ?? "float32";
      return [String(i), x.dtype === dtype ? x : tf.cast(x, dtype)] as const;
    });
    return tf
      .engine()
      .runKernel<tf.Tensor[]>(kernelName, Object.fromEntries(typed), settings as unknown as tf.NamedAttrMap);
  };
}

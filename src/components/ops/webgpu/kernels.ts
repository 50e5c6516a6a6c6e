import * as tf from "@tensorflow/tfjs-core";

let isOn = true;

/** Turns the WGSL kernels of this folder on or off; off, every op is the composition of tfjs's own that defines it. */
export function setKernels(on: boolean): void {
  isOn = on;
}

/** Whether ops on tfjs's current backend run the kernels of this folder. */
export const kernelsAreOn = (): boolean => isOn && tf.getBackend() === "webgpu";

/** What a kernel's function is given: tensors by name, and settings. */
export interface KernelCall<Attributes> {
  inputs: Record<string, tf.TensorInfo>;
  attributes: Attributes;
}

/**
 * Registers an op's kernel with tfjs under the op's name, so that tfjs knows, profiles and frees what it makes.
 * Returns the function that runs it: named tensors and settings in, the tensors that it made out.
 */
export function webgpuKernel<Attributes extends object>(
  kernelName: string,
  run: (call: KernelCall<Attributes>) => tf.TensorInfo[]
): (inputs: Record<string, tf.Tensor>, attributes: Attributes) => tf.Tensor[] {
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({inputs, attrs}) =>
      run({inputs: inputs as Record<string, tf.TensorInfo>, attributes: attrs as unknown as Attributes})
  });
  return (inputs, attributes) => {
    const made = tf.engine().runKernel(kernelName, inputs, attributes as unknown as tf.NamedAttrMap);
    return Array.isArray(made) ? made : [made as unknown as tf.Tensor];
  };
}

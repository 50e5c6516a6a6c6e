import * as tf from "@tensorflow/tfjs-core";
import type {AdamWSettings, AdamWState} from "../adamW.js";
import {kernelsOn, type WasmBackend} from "./kernels.js";

const NAME = "AdamW";

/**
 * `adamW` on the wasm backend in one pass over memory (adamW.as) instead of fourteen: the new parameter and moments,
 * not yet assigned. Null where our kernels cannot run.
 */
export function wasmAdamW(
  [parameter, firstMoment, secondMoment]: AdamWState<tf.Tensor>,
  gradient: tf.Tensor,
  step: number,
  settings: AdamWSettings & {learningRate: number}
): AdamWState<tf.Tensor> | null {
  if (kernelsOn(tf.backend()) === null) return null;
  const inputs = {parameter, firstMoment, secondMoment, gradient};
  return tf.engine().runKernel<tf.Tensor[]>(NAME, inputs, {step, ...settings}) as AdamWState<tf.Tensor>;
}

tf.registerKernel({
  kernelName: NAME,
  backendName: "wasm",
  kernelFunc({inputs, backend, attrs}) {
    const {parameter, firstMoment, secondMoment, gradient} = inputs as Record<string, tf.TensorInfo>;
    const wasm = backend as WasmBackend;
    const {step, learningRate, beta1, beta2, epsilon, weightDecay} = attrs as unknown as AdamWSettings & {
      learningRate: number;
      step: number;
    };
    const {shape} = parameter!;
    const updated = [0, 1, 2].map(() => wasm.makeOutput(shape, "float32"));
    const offset = ({dataId}: tf.TensorInfo) => wasm.getMemoryOffset(dataId);
    kernelsOn(wasm)!.adamW(
      tf.util.sizeFromShape(shape),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      1 - learningRate * weightDecay,
      learningRate / (1 - beta1 ** step),
      1 - beta2 ** step,
      epsilon,
      ...[parameter!, firstMoment!, secondMoment!, gradient!, ...updated].map(offset)
    );
    return updated;
  }
});

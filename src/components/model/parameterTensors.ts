import * as tf from "@tensorflow/tfjs-core";
import type {ParameterData} from "./parameters.js";

/** Parameters by name, as tensors that are changed in place. */
export type Variables = Record<string, tf.Variable>;

/** Copies arrays to the device. */
export function toVariables(data: ParameterData, trainable: boolean): Variables {
  const variables: Variables = {};
  for (const [name, {shape, data: values}] of Object.entries(data))
    variables[name] = tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape), trainable));
  return variables;
}

/** Copies them back. */
export async function toData(variables: Readonly<Record<string, tf.Tensor>>): Promise<ParameterData> {
  const data: ParameterData = {};
  for (const [name, variable] of Object.entries(variables))
    data[name] = {shape: variable.shape.slice(), data: Float32Array.from(await variable.data())};
  return data;
}

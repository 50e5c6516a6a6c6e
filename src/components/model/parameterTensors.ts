import * as tf from "@tensorflow/tfjs-core";
import {webgpuBackend} from "../webgpu/backend.js";
import {canBeFlat, flatOf, flatTensors} from "../webgpu/flatTensors.js";
import type {ParameterData} from "./parameters.js";

/** Parameters by name, as tensors that are changed in place. */
export type Variables = Record<string, tf.Variable>;

/** Copies arrays to the device; on WebGPU into one buffer, where the device allows one so large (`flatOf`). */
export function toVariables(data: ParameterData, trainable: boolean): Variables {
  const isFlat = tf.getBackend() === "webgpu" && canBeFlat(shapesOf(data));
  const variables = isFlat ? toFlatVariables(data, trainable) : {};
  for (const [name, {shape, data: values}] of Object.entries(data))
    variables[name] ??= tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape), trainable));
  return variables;
}

function toFlatVariables(data: ParameterData, trainable: boolean): Variables {
  const values = Object.fromEntries(Object.entries(data).map(([name, {data}]) => [name, data]));
  const {parts} = flatTensors(shapesOf(data), values, (part) => {
    const variable = tf.variable(part, trainable);
    part.dispose();
    return variable;
  });
  // In the order of the data, which is that of the model.
  return Object.fromEntries(Object.keys(data).map((name) => [name, parts[name] as tf.Variable]));
}

/** Copies them back: those in one buffer all at once, so that they are of the same moment. */
export async function toData(variables: Readonly<Record<string, tf.Tensor>>): Promise<ParameterData> {
  const flat = tf.getBackend() === "webgpu" ? flatOf(variables) : null;
  const whole = flat && new Float32Array(await webgpuBackend().getBufferData(flat.buffer));
  const data: ParameterData = {};
  for (const [name, variable] of Object.entries(variables)) {
    const {shape, size} = variable;
    const start = flat?.offsets[name] ?? 0;
    const values = whole ? whole.slice(start, start + size) : Float32Array.from(await variable.data());
    data[name] = {shape: shape.slice(), data: values};
  }
  return data;
}

const shapesOf = (data: ParameterData): Record<string, number[]> =>
  Object.fromEntries(Object.entries(data).map(([name, {shape}]) => [name, shape]));

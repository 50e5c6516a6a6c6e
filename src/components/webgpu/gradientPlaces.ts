import * as tf from "@tensorflow/tfjs-core";
import {copyInto} from "../ops/webgpu/copy.js";
import {webgpuBackend} from "./backend.js";
import {externalInfo} from "./externalTensor.js";
import {disposeWith, type FlatTensors, flatOf, flatTensors, partOf} from "./flatTensors.js";

/** The gradients of flat parameters, and the names of those whose place nobody has claimed in this step. */
interface Places {
  gradients: FlatTensors;
  free: Set<string>;
}

const places = new WeakMap<FlatTensors, Places>();

/**
 * Begins a step on flat parameters, all of them by name: until `collectGradients`, each of their gradients has a place
 * in a flat buffer of the same layout, and kernels write it there. That buffer is made in the first step and lives as
 * long as theirs. Does nothing for parameters that are not flat.
 */
export function beginGradients(parameters: Readonly<Record<string, tf.Tensor>>): void {
  const flat = tf.getBackend() === "webgpu" ? flatOf(parameters) : null;
  if (flat) begin(flat);
}

function begin(parameters: FlatTensors): void {
  const free = new Set(Object.keys(parameters.parts));
  const known = places.get(parameters);
  if (known) {
    known.free = free;
    return;
  }
  const shapes = Object.fromEntries(Object.entries(parameters.parts).map(([name, {shape}]) => [name, shape]));
  const gradients = flatTensors(shapes);
  disposeWith(parameters, gradients);
  places.set(parameters, {gradients, free});
}

/**
 * Where a kernel is to write the gradient of a parameter: a tensor of the parameter's shape in its place among the
 * gradients. Null where there is none: outside a step, for what is no flat parameter, and for the second gradient of
 * one that is used twice, which tfjs adds to the first.
 */
export function gradientPlace(parameter: tf.TensorInfo): tf.TensorInfo | null {
  const part = partOf(parameter);
  const known = part && places.get(part.flat);
  if (!known?.free.delete(part!.name)) return null;
  return externalInfo(bindingOf(known.gradients, part!.name), parameter.shape);
}

/** Ends a step that failed: its gradients are not used. */
export function endGradients(parameters: Readonly<Record<string, tf.Tensor>>): void {
  const flat = flatOf(parameters);
  if (flat) places.get(flat)?.free.clear();
}

/**
 * Ends a step: sees to it that every gradient, by its parameter's name, is in its place, by copying those that some
 * other kernel made. What is returned belongs to the parameters. Throws RangeError where a gradient is missing.
 */
export function collectGradients(
  parameters: FlatTensors,
  gradients: Readonly<Record<string, tf.Tensor>>
): FlatTensors {
  if (!places.has(parameters)) begin(parameters);
  const {gradients: flat, free} = places.get(parameters)!;
  free.clear();
  const backend = webgpuBackend();
  const elsewhere: {source: tf.TensorInfo; offset: number}[] = [];
  for (const name of Object.keys(flat.parts)) {
    const source = gradients[name];
    if (!source) throw new RangeError(`There is no gradient for ${name}.`);
    backend.uploadToGPU(source.dataId);
    const {resource} = backend.tensorMap.get(source.dataId);
    const isInPlace =
      resource &&
      !(resource instanceof GPUBuffer) &&
      resource.buffer === flat.buffer &&
      resource.offset === 4 * flat.offsets[name]!;
    if (!isInPlace) elsewhere.push({source, offset: flat.offsets[name]!});
  }
  copyInto(flat.whole, elsewhere);
  return flat;
}

function bindingOf({parts}: FlatTensors, name: string): GPUBufferBinding {
  return webgpuBackend().tensorMap.get(parts[name]!.dataId).resource as GPUBufferBinding;
}

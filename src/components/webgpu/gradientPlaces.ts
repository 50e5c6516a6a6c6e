import * as tf from "@tensorflow/tfjs-core";
import {addScaled} from "../ops/webgpu/addScaled.js";
import {copyInto} from "../ops/webgpu/copy.js";
import {webgpuBackend} from "./backend.js";
import {externalInfo} from "./externalTensor.js";
import {disposeWith, type FlatTensors, flatOf, flatTensors, partOf} from "./flatTensors.js";

/** The gradients of flat parameters, and the names of those whose place nobody has claimed in this step. */
interface Places {
  gradients: FlatTensors;
  free: Set<string>;
  /** Of the gradients of several pieces; made when it is first needed. */
  sum: FlatTensors | null;
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
  places.set(parameters, {gradients: likewise(parameters), free, sum: null});
}

/** Zeros of the same layout, which live as long. */
function likewise(parameters: FlatTensors): FlatTensors {
  const flat = flatTensors(mapValues(parameters.parts, ({shape}) => shape));
  disposeWith(parameters, flat);
  return flat;
}

const mapValues = <From, To>(record: Readonly<Record<string, From>>, of: (value: From) => To) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));

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
  const {gradients: flat, free, sum} = places.get(parameters)!;
  free.clear();
  const names = Object.keys(flat.parts);
  const missing = names.find((name) => !gradients[name]);
  if (missing) throw new RangeError(`There is no gradient for ${missing}.`);
  if (sum && names.every((name) => isIn(sum, name, gradients[name]!))) return sum;
  const elsewhere = names.filter((name) => !isIn(flat, name, gradients[name]!));
  copyInto(
    flat.whole,
    elsewhere.map((name) => ({source: gradients[name]!, offset: flat.offsets[name]!}))
  );
  return flat;
}

/**
 * Ends one of several pieces of a step: adds its gradients, times its share, a scalar, to those of the pieces before.
 * Returns the sums so far, which `collectGradients` then takes as they are; they hold until the next first piece.
 */
export function addGradients(
  parameters: FlatTensors,
  gradients: Readonly<Record<string, tf.Tensor>>,
  share: tf.Tensor,
  isFirst: boolean
): Record<string, tf.Tensor> {
  const collected = collectGradients(parameters, gradients);
  const known = places.get(parameters)!;
  known.sum ??= likewise(parameters);
  const {sum} = known;
  addScaled(sum.whole, collected.whole, share, isFirst);
  // Tensors that whoever gets them may dispose of.
  return Object.fromEntries(
    Object.entries(sum.parts).map(([name, {shape}]) => [
      name,
      tf.engine().makeTensorFromTensorInfo(externalInfo(bindingOf(sum, name), shape))
    ])
  );
}

/** Whether a tensor lies where the part of that name does. */
function isIn({buffer, offsets}: FlatTensors, name: string, {dataId}: tf.TensorInfo): boolean {
  const backend = webgpuBackend();
  backend.uploadToGPU(dataId);
  const {resource} = backend.tensorMap.get(dataId);
  return (
    !(resource instanceof GPUBuffer) &&
    resource?.buffer === buffer &&
    (resource.offset ?? 0) === 4 * offsets[name]!
  );
}

function bindingOf({parts}: FlatTensors, name: string): GPUBufferBinding {
  return webgpuBackend().tensorMap.get(parts[name]!.dataId).resource as GPUBufferBinding;
}

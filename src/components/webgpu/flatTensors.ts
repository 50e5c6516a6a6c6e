import * as tf from "@tensorflow/tfjs-core";
import {flush, webgpuBackend} from "./backend.js";
import {bufferUsage} from "./bufferUsage.js";
import {externalTensor, whenDisposed} from "./externalTensor.js";

/** Parts begin at multiples of this many numbers: 256 bytes, where every device lets a binding begin. */
export const BLOCK = 64;

export type Shapes = Readonly<Record<string, readonly number[]>>;

/**
 * Many float32 tensors in one buffer, so that one kernel can go over all of them. They stand in the order of their
 * names, each from a multiple of `BLOCK` on; between them are zeros, which whoever writes the whole leaves zero.
 */
export interface FlatTensors {
  /** All of it [length], with the zeros between the parts. */
  readonly whole: tf.Tensor1D;
  /** The tensors themselves: inputs and outputs for every kernel of tfjs and ours. */
  readonly parts: Readonly<Record<string, tf.Tensor>>;
  /** Where each begins in the whole, in numbers. */
  readonly offsets: Readonly<Record<string, number>>;
  readonly buffer: GPUBuffer;
  /** Disposes of the parts. The whole and the buffer go with the last of them, however that is disposed of. */
  dispose(): void;
}

/** A tensor's place among flat tensors. */
interface Part {
  flat: FlatTensors;
  name: string;
}

const partsByData = new WeakMap<object, Part>();
const dependants = new WeakMap<FlatTensors, FlatTensors[]>();

/** Where parts of these shapes begin, in numbers, and how long the whole is. */
export function flatLayout(shapes: Shapes): {offsets: Record<string, number>; length: number} {
  const offsets: Record<string, number> = {};
  let length = 0;
  for (const name of Object.keys(shapes).sort()) {
    offsets[name] = length;
    length += BLOCK * Math.ceil(tf.util.sizeFromShape([...shapes[name]!]) / BLOCK);
  }
  return {offsets, length};
}

/** Whether this device can bind tensors of these shapes as one. */
export function canBeFlat(shapes: Shapes): boolean {
  const {maxBufferSize, maxStorageBufferBindingSize} = webgpuBackend().device.limits;
  const sizes = Object.values(shapes).map((shape) => tf.util.sizeFromShape([...shape]));
  return (
    sizes.length > 0 &&
    sizes.every((size) => size > 0) &&
    4 * flatLayout(shapes).length <= Math.min(maxBufferSize, maxStorageBufferBindingSize)
  );
}

/**
 * Puts tensors of these shapes into one buffer; those without values are zeros. `asPart` may make something else of
 * each, such as a variable, and then disposes of what it was given.
 */
export function flatTensors(
  shapes: Shapes,
  values: Readonly<Record<string, Float32Array>> = {},
  asPart: (part: tf.Tensor) => tf.Tensor = (part) => part
): FlatTensors {
  const {device, queue} = webgpuBackend();
  const {offsets, length} = flatLayout(shapes);
  const {storage, copyTarget, copySource} = bufferUsage;
  // A new buffer is all zeros.
  const buffer = device.createBuffer({size: 4 * length, usage: storage | copyTarget | copySource});
  const whole = externalTensor(buffer, [length]) as tf.Tensor1D;
  const parts: Record<string, tf.Tensor> = {};
  const flat: FlatTensors = {whole, parts, offsets, buffer, dispose: () => tf.dispose(parts)};
  let left = Object.keys(offsets).length;
  for (const [name, offset] of Object.entries(offsets)) {
    const shape = [...shapes[name]!];
    const size = 4 * tf.util.sizeFromShape(shape);
    if (values[name]) queue.writeBuffer(buffer, 4 * offset, values[name] as Float32Array<ArrayBuffer>);
    const part = externalTensor({buffer, offset: 4 * offset, size}, shape);
    partsByData.set(part.dataId, {flat, name});
    whenDisposed(part.dataId, (backend) => {
      left -= 1;
      if (left > 0) return;
      for (const dependant of dependants.get(flat) ?? []) dependant.dispose();
      whole.dispose();
      flush(backend);
      buffer.destroy();
    });
    parts[name] = asPart(part);
  }
  return flat;
}

/** Has `dependant` disposed of together with `flat`. */
export function disposeWith(flat: FlatTensors, dependant: FlatTensors): void {
  dependants.set(flat, [...(dependants.get(flat) ?? []), dependant]);
}

/** The flat tensors whose parts, all of them and under the same names, these tensors are; null when there are none. */
export function flatOf(tensors: Readonly<Record<string, tf.TensorInfo>>): FlatTensors | null {
  const names = Object.keys(tensors);
  const flat = partsByData.get(tensors[names[0] ?? ""]?.dataId ?? {})?.flat;
  if (!flat || names.length !== Object.keys(flat.offsets).length) return null;
  const isPart = (name: string) => {
    const part = partsByData.get(tensors[name]!.dataId);
    return part?.flat === flat && part.name === name;
  };
  return names.every(isPart) ? flat : null;
}

/** Which part of which flat tensors a tensor is; null when of none. */
export const partOf = ({dataId}: tf.TensorInfo): Part | null => partsByData.get(dataId) ?? null;

/** Whether two have the same parts in the same places. */
export function haveSameLayout(a: FlatTensors, b: FlatTensors): boolean {
  const names = Object.keys(a.offsets);
  return (
    a.whole.size === b.whole.size &&
    names.length === Object.keys(b.offsets).length &&
    names.every((name) => a.offsets[name] === b.offsets[name])
  );
}

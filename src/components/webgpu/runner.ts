import type * as tf from "@tensorflow/tfjs-core";
import {type Resource, type WebgpuBackend, webgpuBackend} from "./backend.js";
import {HALF, type HalfLayout, halfElement, halfLayout, withHalves} from "./halfPrecision.js";

/** What a kernel sees of a tensor: an array of these in storage. */
export type ElementType = "f32" | "i32" | "u32" | "vec2<f32>" | "vec4<f32>" | "vec4<i32>" | "vec4<u32>";

/** A compute shader of ours. Two with the same code and arrays are the same pipeline. */
export interface Kernel {
  /** For profiles and error messages. */
  name: string;
  /** Arrays that it only reads, by the name that the code gives them. */
  reads: Readonly<Record<string, ElementType>>;
  /** Arrays that it writes and may read. */
  writes: Readonly<Record<string, ElementType>>;
  /** WGSL with an entry point `main`, without the declarations of the arrays; sizes are written into it. */
  code: string;
  /** WGSL extensions that it needs, e.g. "subgroups". The device must have the features. */
  extensions?: readonly string[];
  /** Floating-point operations of one run, for profiles; of kernels that compute much for what they read. */
  flops?: number;
  /** What of it depends on sizes, for profiles, where kernels of one name run on several: "768×128×512". */
  sizes?: string;
}

/** Workgroups along x, y and z. */
export type Grid = readonly [x: number, y?: number, z?: number];

interface Compiled {
  layout: GPUBindGroupLayout;
  descriptor: GPUComputePipelineDescriptor;
  pipeline: GPUComputePipeline | null;
}

const caches = new WeakMap<GPUDevice, Map<string, Compiled>>();
let compileOnly: Promise<void>[] | null = null;
let listener: Listener | null = null;

/** Hears of a kernel, its workgroups, and the bytes of its arrays together. */
export type Listener = (kernel: Kernel, grid: Grid, bytes: number) => void;

/**
 * Encodes one run of a kernel among tfjs's own commands, in order. `reads` and `writes` give a tensor for each array by
 * the same name; a written tensor may be one that exists, which is then changed in place. Arrays of float32 may be given
 * tensors in half precision: the code is changed to read and write them.
 *
 * Throws RangeError for a tensor that is missing or holds integers where numbers are read, or a grid that no device
 * takes.
 */
export function dispatch(
  kernel: Kernel,
  tensors: Readonly<Record<string, tf.TensorInfo>>,
  [x, y = 1, z = 1]: Grid
): void {
  const backend = webgpuBackend();
  const names = [...Object.keys(kernel.reads), ...Object.keys(kernel.writes)];
  const halves: string[] = [];
  const bound = names.map((name) => {
    const tensor = tensors[name];
    if (!tensor) throw new RangeError(`${kernel.name} was run without its array ${name}.`);
    backend.uploadToGPU(tensor.dataId);
    backend.commandQueueOwnedIds.add(tensor.dataId);
    const {dtype, resource} = backend.tensorMap.get(tensor.dataId);
    const isFloat = (kernel.reads[name] ?? kernel.writes[name])!.includes("f32");
    if (dtype === HALF && isFloat) halves.push(name);
    // tfjs's cast to float32 only calls integers so and lets each of its own kernels convert them.
    else if (dtype !== "float32" && (isFloat || dtype === HALF))
      throw new RangeError(
        `${kernel.name} takes ${name} as ${isFloat ? "float32" : "integers"}, and the device has it as ${dtype}.`
      );
    return resource!;
  });
  const compiled = compile(backend.device, kernel, halves);
  const most = backend.device.limits.maxComputeWorkgroupsPerDimension;
  if (![x, y, z].every((count) => Number.isInteger(count) && count >= 1 && count <= most))
    throw new RangeError(
      `${kernel.name} asks for ${x} × ${y} × ${z} workgroups; a device takes 1 to ${most}.`
    );
  if (compileOnly) return;
  listener?.(kernel, [x, y, z], bytesOf(bound));
  encode(backend, compiled, kernel.name, bound, x, y, z);
}

/** Bytes of some buffers and parts of buffers together. */
export const bytesOf = (resources: readonly Resource[]): number =>
  resources.reduce((sum, resource) => sum + (resource.size ?? 0), 0);

function encode(
  backend: WebgpuBackend,
  compiled: Compiled,
  label: string,
  bound: Resource[],
  x: number,
  y: number,
  z: number
): void {
  compiled.pipeline ??= backend.device.createComputePipeline(compiled.descriptor);
  const bindGroup = backend.device.createBindGroup({
    layout: compiled.layout,
    entries: bound.map((resource, binding) => ({
      binding,
      resource: resource instanceof GPUBuffer ? {buffer: resource} : resource
    }))
  });
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass({label});
  backend.computePassEncoder.setPipeline(compiled.pipeline);
  backend.computePassEncoder.setBindGroup(0, bindGroup);
  backend.computePassEncoder.dispatchWorkgroups(x, y, z);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass >= SUBMITTED_TOGETHER) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** Commands that are collected before they are sent: enough to hide what sending costs, few enough to keep a GPU busy. */
const SUBMITTED_TOGETHER = 32;

function compile(device: GPUDevice, kernel: Kernel, halves: readonly string[]): Compiled {
  let cache = caches.get(device);
  if (!cache) {
    cache = new Map();
    caches.set(device, cache);
  }
  const source = sourceOf(kernel, halves, device);
  let compiled = cache.get(source);
  if (!compiled) {
    const kinds = [
      ...Object.keys(kernel.reads).map(() => "read-only-storage" as const),
      ...Object.keys(kernel.writes).map(() => "storage" as const)
    ];
    const layout = device.createBindGroupLayout({
      label: kernel.name,
      // GPUShaderStage.COMPUTE; the constant itself is not everywhere where a device is.
      entries: kinds.map((type, binding) => ({binding, visibility: 4, buffer: {type}}))
    });
    const descriptor = {
      label: kernel.name,
      layout: device.createPipelineLayout({bindGroupLayouts: [layout]}),
      compute: {module: device.createShaderModule({label: kernel.name, code: source}), entryPoint: "main"}
    };
    compiled = {layout, descriptor, pipeline: null};
    cache.set(source, compiled);
  }
  if (compileOnly && !compiled.pipeline) {
    const waiting = compiled;
    compileOnly.push(
      device.createComputePipelineAsync(compiled.descriptor).then((pipeline) => {
        waiting.pipeline = pipeline;
      })
    );
  }
  return compiled;
}

/** The whole module: extensions, arrays, then code; some of its arrays hold halves. */
function sourceOf(
  {reads, writes, code, extensions = []}: Kernel,
  halves: readonly string[],
  device: GPUDevice
): string {
  const layout = halfLayout(device);
  const types = {...reads, ...writes};
  const needsHalf = halves.length > 0 && layout === "native";
  const arrays = Object.entries(types).map(([name, type], i) => {
    const element = halves.includes(name) ? halfElement(type, layout) : type;
    return `@group(0) @binding(${i}) var<storage, ${name in reads ? "read" : "read_write"}> ${name}: array<${element}>;`;
  });
  return [
    ...new Set([...extensions, ...(needsHalf ? ["f16"] : [])].map((extension) => `enable ${extension};`)),
    ...arrays,
    halves.length > 0 ? rewritten(code, types, halves, layout) : code
  ].join("\n");
}

/** Rewritten code by all that it depends on: rewriting takes longer than running it on a GPU. */
const known = new Map<string, string>();

function rewritten(
  code: string,
  types: Readonly<Record<string, ElementType>>,
  halves: readonly string[],
  layout: HalfLayout
): string {
  const arrays = Object.fromEntries(halves.map((name) => [name, types[name]!]));
  const key = JSON.stringify([layout, arrays, code]);
  let text = known.get(key);
  if (text === undefined) {
    text = withHalves(code, arrays, layout);
    known.set(key, text);
  }
  return text;
}

/**
 * Runs `work` without encoding a command of ours, only to learn which pipelines it needs, and compiles those at once
 * and side by side. tfjs's own kernels have a mode of their own for it, which the caller sets.
 * `onProgress` hears how many are ready, of how many.
 */
export async function compileKernelsOf(
  work: () => void,
  onProgress?: (done: number, total: number) => void
): Promise<void> {
  const pending: Promise<void>[] = [];
  compileOnly = pending;
  try {
    work();
  } finally {
    compileOnly = null;
  }
  let done = 0;
  await Promise.all(pending.map((one) => one.then(() => onProgress?.(++done, pending.length))));
}

/** Has `hear` called for every kernel that is encoded while `work` runs. */
export function listening<Result>(hear: Listener, work: () => Result): Result {
  const before = listener;
  listener = hear;
  try {
    return work();
  } finally {
    listener = before;
  }
}

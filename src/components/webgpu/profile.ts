import {KernelTimer} from "./kernelTimer.js";
import type {Dispatch} from "./recordingEncoder.js";

/** All runs of one kernel on arrays of the same size within a captured piece of work. */
export interface KernelProfile {
  name: string;
  /** Sizes that tell it from others of its name: "768×128×512"; null where the kernel does not tell. */
  sizes: string | null;
  /** Workgroups along x, y and z. */
  grid: [x: number, y: number, z: number];
  /** How often it runs in one replay. */
  runs: number;
  /** Of one run; null where it was not timed. */
  microseconds: number | null;
  /** Of the arrays that one run reads and writes together. */
  bytes: number;
  /** Floating-point operations of one run, where the kernel tells. */
  flops: number | null;
}

export interface ProfileOptions {
  /** False for a device that computes nothing, whose times would say nothing. */
  isTimed?: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * How long each kernel of a capture takes, alone and repeated, the slowest (over all its runs) first. It runs them on
 * the capture's own arrays and leaves those changed: a capture that is profiled is good for nothing else afterwards.
 * Rejects with the signal's reason where that aborts; `onProgress` hears of each kernel.
 */
export async function profileKernels(
  {kernels}: {kernels: readonly Dispatch[]},
  device: GPUDevice,
  {isTimed = true, signal, onProgress}: ProfileOptions = {}
): Promise<KernelProfile[]> {
  const groups = new Map<string, Dispatch[]>();
  for (const kernel of kernels) {
    const {name, sizes, x, y, z, bytes, flops} = kernel;
    const key = [name, sizes, x, y, z, bytes, flops].join(" ");
    const group = groups.get(key);
    if (group) group.push(kernel);
    else groups.set(key, [kernel]);
  }
  const timer = new KernelTimer(device);
  const profiles: KernelProfile[] = [];
  try {
    for (const group of groups.values()) {
      signal?.throwIfAborted();
      const [first] = group as [Dispatch];
      const {name, sizes, x, y, z, bytes, flops} = first;
      const microseconds = isTimed ? await timer.microseconds(first) : null;
      profiles.push({name, sizes, grid: [x, y, z], runs: group.length, microseconds, bytes, flops});
      onProgress?.(profiles.length, groups.size);
    }
  } finally {
    timer.dispose();
  }
  const total = ({runs, microseconds}: KernelProfile) => runs * (microseconds ?? 0);
  return profiles.sort((a, b) => total(b) - total(a));
}

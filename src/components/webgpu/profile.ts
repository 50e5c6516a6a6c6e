import {KernelTimer} from "./kernelTimer.js";
import type {Dispatch} from "./recordingEncoder.js";

/** All runs of one kernel on arrays of the same size within a captured piece of work. */
export interface KernelProfile {
  name: string;
  /** Workgroups along x, y and z. */
  grid: [x: number, y: number, z: number];
  /** How often it runs in one replay. */
  runs: number;
  /** Of one run. */
  microseconds: number;
  /** Of the arrays that one run reads and writes together. */
  bytes: number;
  /** Floating-point operations of one run, where the kernel tells. */
  flops: number | null;
}

export interface ProfileOptions {
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
  {signal, onProgress}: ProfileOptions = {}
): Promise<KernelProfile[]> {
  const groups = new Map<string, Dispatch[]>();
  for (const kernel of kernels) {
    const {name, x, y, z, bytes, flops} = kernel;
    const key = [name, x, y, z, bytes, flops].join(" ");
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
      const {name, x, y, z, bytes, flops} = first;
      const microseconds = await timer.microseconds(first);
      profiles.push({name, grid: [x, y, z], runs: group.length, microseconds, bytes, flops});
      onProgress?.(profiles.length, groups.size);
    }
  } finally {
    timer.dispose();
  }
  return profiles.sort((a, b) => b.runs * b.microseconds - a.runs * a.microseconds);
}

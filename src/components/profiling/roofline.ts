import type {Attainable} from "../webgpu/attainable.js";
import type {KernelProfile} from "../webgpu/profile.js";
import type {ProfileRecord} from "./profileRecord.js";

/** A kernel's place under the roof of its device; numbers that were not measured are null. */
export interface KernelRow extends KernelProfile {
  /** A letter for those that have a place in the drawing. */
  mark: string | null;
  /** Of the time of all kernels in a step. */
  share: number | null;
  bytesPerSecond: number | null;
  flopsPerSecond: number | null;
  /** FLOP for each byte of its arrays: its arithmetic intensity. */
  intensity: number | null;
  /** What limits it on this device: moving its arrays, or computing. */
  bound: "memory" | "compute" | null;
  /** The least time that moving and computing could take at the attainable rates, as a share of what it took. */
  attained: number | null;
}

/** FLOP/s that a kernel of that intensity can reach: what memory feeds it, up to what the device computes. */
export const roofAt = (intensity: number, {bytesPerSecond, flopsPerSecond}: Attainable): number =>
  Math.min(flopsPerSecond, intensity * bytesPerSecond);

/** FLOP per byte at which memory and computing limit alike. */
export const ridgeOf = ({bytesPerSecond, flopsPerSecond}: Attainable): number =>
  flopsPerSecond / bytesPerSecond;

/** Every kernel of a record against its device's roofline (Williams, Waterman and Patterson 2009). */
export function kernelRows({kernels, attainable}: ProfileRecord): KernelRow[] {
  const total = kernels.reduce((sum, {runs, microseconds}) => sum + runs * (microseconds ?? 0), 0);
  let marked = 0;
  return kernels.map((kernel) => {
    const {runs, microseconds, bytes, flops} = kernel;
    const seconds = microseconds ? microseconds / 1e6 : null;
    const intensity = flops !== null && bytes > 0 ? flops / bytes : null;
    const movingSeconds = attainable && bytes / attainable.bytesPerSecond;
    const computingSeconds = attainable && (flops ?? 0) / attainable.flopsPerSecond;
    const isDrawn = intensity !== null && seconds !== null && marked < 26;
    return {
      ...kernel,
      mark: isDrawn ? String.fromCodePoint(65 + marked++) : null,
      share: microseconds === null || total === 0 ? null : (runs * microseconds) / total,
      bytesPerSecond: seconds && bytes / seconds,
      flopsPerSecond: seconds && flops !== null ? flops / seconds : null,
      intensity,
      bound:
        movingSeconds === null || computingSeconds === null
          ? null
          : computingSeconds > movingSeconds
            ? "compute"
            : "memory",
      attained:
        seconds === null || movingSeconds === null || computingSeconds === null
          ? null
          : Math.max(movingSeconds, computingSeconds) / seconds
    };
  });
}

/** ms that all kernels of a step take, each timed alone; null where they were not timed. */
export function kernelMilliseconds({kernels}: ProfileRecord): number | null {
  let sum = 0;
  for (const {runs, microseconds} of kernels) {
    if (microseconds === null) return null;
    sum += (runs * microseconds) / 1000;
  }
  return sum;
}

import {bufferUsage, MAP_FOR_READING} from "./bufferUsage.js";
import type {Dispatch} from "./recordingEncoder.js";

/** Browsers round timestamps to 0.1 ms; a kernel is repeated until it takes at least this many ms in all. */
const LONG_ENOUGH = 5;
const MOST_REPEATS = 100_000;
/** What takes so many ms is not measured again to see whether something else was in the way. */
const LONG = 100;

/** Measures how long one run of a kernel takes on a device. */
export class KernelTimer {
  private readonly queries: GPUQuerySet | null;
  private readonly resolved: GPUBuffer | null;
  private readonly readable: GPUBuffer | null;

  constructor(private readonly device: GPUDevice) {
    const hasClock = device.features.has("timestamp-query");
    this.queries = hasClock ? device.createQuerySet({type: "timestamp", count: 2}) : null;
    const {queryResolve, copySource, mapRead, copyTarget} = bufferUsage;
    this.resolved = hasClock ? device.createBuffer({size: 16, usage: queryResolve | copySource}) : null;
    this.readable = hasClock ? device.createBuffer({size: 16, usage: mapRead | copyTarget}) : null;
  }

  /** Whether the device's own clock is read; else the time that a submission takes is measured from outside. */
  get hasDeviceClock(): boolean {
    return this.queries !== null;
  }

  /**
   * Microseconds of one run, from as many in a row as take 5 ms; the middle one of three such measurements. The arrays hold whatever the kernel leaves: one that
   * changes them in place computes something else each time, in the same time.
   */
  async microseconds(kernel: Dispatch): Promise<number> {
    let repeats = 1;
    // The first run pays for what the driver puts off.
    await this.milliseconds(kernel, 1);
    for (;;) {
      const taken = await this.milliseconds(kernel, repeats);
      if (taken >= LONG_ENOUGH || repeats >= MOST_REPEATS) {
        if (taken >= LONG) return (1000 * taken) / repeats;
        const others = [await this.milliseconds(kernel, repeats), await this.milliseconds(kernel, repeats)];
        const [, middle] = [taken, ...others].sort((a, b) => a - b);
        return (1000 * middle!) / repeats;
      }
      const wanted = taken > 0 ? (1.3 * LONG_ENOUGH * repeats) / taken : 10 * repeats;
      repeats = Math.min(MOST_REPEATS, Math.max(2 * repeats, Math.min(20 * repeats, Math.ceil(wanted))));
    }
  }

  private async milliseconds({pipeline, bindGroup, x, y, z}: Dispatch, repeats: number): Promise<number> {
    const {device, queries, resolved, readable} = this;
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(
      queries
        ? {
            timestampWrites: {
              querySet: queries,
              beginningOfPassWriteIndex: 0,
              endOfPassWriteIndex: 1
            }
          }
        : {}
    );
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(x, y, z);
    pass.end();
    if (!queries || !resolved || !readable) {
      await device.queue.onSubmittedWorkDone();
      const start = performance.now();
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return performance.now() - start;
    }
    encoder.resolveQuerySet(queries, 0, 2, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, readable, 0, 16);
    device.queue.submit([encoder.finish()]);
    await readable.mapAsync(MAP_FOR_READING);
    const [start, end] = new BigInt64Array(readable.getMappedRange());
    const nanoseconds = Number(end! - start!);
    readable.unmap();
    // A clock that jumped back measures nothing.
    return Math.max(0, nanoseconds) / 1e6;
  }

  dispose(): void {
    this.queries?.destroy();
    this.resolved?.destroy();
    this.readable?.destroy();
  }
}

import type {BufferPool} from "./backend.js";
import {bufferUsage} from "./bufferUsage.js";

/**
 * The buffers of one captured piece of work. It stands in for tfjs's pool while the work is recorded, because what is
 * replayed later must find its buffers unshared:
 *
 * - a result that is freed within the work may be reused by a later result of the same work, and by nobody else;
 * - what the processor filled (constants, shapes) is filled only once, so no result may ever take its place;
 * - a buffer from outside that the work frees is kept until the capture is disposed of.
 */
export class Arena implements BufferPool {
  numBytesUsed = 0;
  numBytesAllocated = 0;
  private readonly created = new Set<GPUBuffer>();
  private readonly filled = new Set<GPUBuffer>();
  private readonly free = new Map<string, GPUBuffer[]>();
  private readonly foreign = new Set<GPUBuffer>();

  constructor(
    private readonly device: GPUDevice,
    private readonly outside: BufferPool
  ) {}

  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mappedAtCreation = false): GPUBuffer {
    const isFilledByProcessor = mappedAtCreation || (usage & bufferUsage.uniform) !== 0;
    if (!isFilledByProcessor) {
      const reused = this.free.get(key(size, usage))?.pop();
      if (reused) return reused;
    }
    const buffer = this.device.createBuffer({size, usage, mappedAtCreation});
    this.created.add(buffer);
    if (isFilledByProcessor) this.filled.add(buffer);
    this.numBytesAllocated += size;
    this.numBytesUsed += size;
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer): void {
    if (!this.created.has(buffer)) {
      this.foreign.add(buffer);
      return;
    }
    if (this.filled.has(buffer)) return;
    const same = this.free.get(key(buffer.size, buffer.usage));
    if (same) same.push(buffer);
    else this.free.set(key(buffer.size, buffer.usage), [buffer]);
  }

  /** Whether this is where a buffer came from. */
  has(buffer: unknown): boolean {
    return this.created.has(buffer as GPUBuffer);
  }

  dispose(): void {
    for (const buffer of this.created) buffer.destroy();
    for (const buffer of this.foreign) this.outside.releaseBuffer(buffer);
    this.created.clear();
    this.filled.clear();
    this.foreign.clear();
    this.free.clear();
    this.numBytesUsed = 0;
    this.numBytesAllocated = 0;
  }
}

const key = (size: number, usage: GPUBufferUsageFlags) => `${size} ${usage}`;

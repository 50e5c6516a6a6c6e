import type {Resource} from "./backend.js";
import {bufferUsage, MAP_FOR_READING} from "./bufferUsage.js";

/**
 * Brings a few numbers of every replay back from the device, without waiting: they are collected on the device, and
 * the numbers of `every` replays are read together. So the device never idles while results travel, and a browser
 * that answers slowly is asked seldom.
 */
export class Readback {
  /** Replays whose numbers are read together; may be changed at any time. */
  every = 1;
  /** Replays whose numbers came together last; fewer than `every` where `flush` was called. */
  together = 0;
  private readonly idle: GPUBuffer[] = [];
  private readonly all = new Set<GPUBuffer>();
  private group: {buffer: GPUBuffer; waiting: PromiseWithResolvers[]} | null = null;

  /** `sources` each hold one 32-bit float. */
  constructor(
    private readonly device: GPUDevice,
    private readonly sources: readonly Resource[]
  ) {}

  /** Adds the copies to a replay's last commands. To be followed by their submission, then by `submitted`. */
  encode(encoder: GPUCommandEncoder): void {
    this.group ??= {buffer: this.idle.pop() ?? this.create(), waiting: []};
    const {buffer, waiting} = this.group;
    let offset = waiting.length * this.bytes;
    for (const source of this.sources) {
      const {buffer: from, offset: start = 0} = source instanceof GPUBuffer ? {buffer: source} : source;
      encoder.copyBufferToBuffer(from, start, buffer, offset, FLOAT);
      offset += FLOAT;
    }
  }

  /** The numbers of the replay that was submitted last, in the order of the sources; they come with their group. */
  submitted(): Promise<number[]> {
    const {waiting} = this.group!;
    const values = new Promise<number[]>((resolve, reject) => waiting.push({resolve, reject}));
    if (waiting.length >= Math.min(this.every, MOST)) this.flush();
    return values;
  }

  /** Reads what has been collected so far. */
  flush(): void {
    if (!this.group) return;
    void this.read(this.group);
    this.group = null;
  }

  private async read({buffer, waiting}: NonNullable<typeof this.group>): Promise<void> {
    try {
      await buffer.mapAsync(MAP_FOR_READING, 0, waiting.length * this.bytes);
      const numbers = new Float32Array(buffer.getMappedRange(0, waiting.length * this.bytes).slice(0));
      buffer.unmap();
      this.idle.push(buffer);
      this.together = waiting.length;
      const width = this.sources.length;
      for (const [i, {resolve}] of waiting.entries())
        resolve(Array.from(numbers.subarray(i * width, (i + 1) * width)));
    } catch (error) {
      // The device is lost, or this was disposed of.
      for (const {reject} of waiting) reject(error);
    }
  }

  private create(): GPUBuffer {
    const buffer = this.device.createBuffer({
      size: MOST * this.bytes,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget
    });
    this.all.add(buffer);
    return buffer;
  }

  private get bytes(): number {
    return this.sources.length * FLOAT;
  }

  dispose(): void {
    for (const buffer of this.all) buffer.destroy();
    this.all.clear();
  }
}

interface PromiseWithResolvers {
  resolve(numbers: number[]): void;
  reject(error: unknown): void;
}

const FLOAT = 4;
/** Replays in a group, at most. */
const MOST = 64;

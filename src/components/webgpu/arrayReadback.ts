import {type Resource, webgpuBackend} from "./backend.js";
import {bufferUsage, MAP_FOR_READING} from "./bufferUsage.js";

/** Copies one array of float32 from the device after each of a series of replays. */
export class ArrayReadback {
  private readonly idle: GPUBuffer[] = [];
  private readonly all = new Set<GPUBuffer>();
  private readonly device = webgpuBackend().device;
  private encoded: GPUBuffer | null = null;

  /** `length` in numbers. */
  constructor(
    private readonly source: Resource,
    private readonly length: number
  ) {}

  /** Adds the copy to a replay's last commands. To be followed by their submission, then by `submitted`. */
  encode(encoder: GPUCommandEncoder): void {
    this.encoded = this.idle.pop() ?? this.create();
    const {buffer, offset = 0} = this.source instanceof GPUBuffer ? {buffer: this.source} : this.source;
    encoder.copyBufferToBuffer(buffer, offset, this.encoded, 0, 4 * this.length);
  }

  /** The array as it was after the replay that was submitted last. Rejects where the device is lost. */
  async submitted(): Promise<Float32Array> {
    const buffer = this.encoded!;
    this.encoded = null;
    await buffer.mapAsync(MAP_FOR_READING);
    const values = new Float32Array(buffer.getMappedRange().slice(0));
    buffer.unmap();
    this.idle.push(buffer);
    return values;
  }

  private create(): GPUBuffer {
    const buffer = this.device.createBuffer({
      size: 4 * this.length,
      usage: bufferUsage.mapRead | bufferUsage.copyTarget
    });
    this.all.add(buffer);
    return buffer;
  }

  dispose(): void {
    for (const buffer of this.all) buffer.destroy();
    this.all.clear();
  }
}

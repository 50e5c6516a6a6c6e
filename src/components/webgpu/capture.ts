import * as tf from "@tensorflow/tfjs-core";
import {Arena} from "./arena.js";
import {type BufferPool, flush, type WebgpuBackend, webgpuBackend} from "./backend.js";
import {type Command, type Dispatch, encodeAll, RecordingEncoder} from "./recordingEncoder.js";
import {compileKernelsOf, listening} from "./runner.js";

/**
 * Work on the device whose shapes never change, such as a training step: recorded once, then replayed as often as
 * asked without running its JavaScript again. TensorFlow.js and our kernels together encode a step of 130 dispatches
 * in tens of milliseconds; replaying it takes well under one.
 *
 * What varies from one replay to the next must be read by the work from tensors that are written between replays
 * (`InputTensor`), and what it changes it must change in place.
 */
export class Capture<Result extends Record<string, tf.Tensor>> {
  private constructor(
    private readonly backend: WebgpuBackend,
    private readonly commands: readonly Command[],
    private readonly arena: Arena,
    /** What the work returned. Its tensors hold values after a replay, and belong to the capture. */
    readonly result: Result
  ) {}

  /**
   * Compiles every pipeline that `work` needs, side by side, then records it; nothing runs on the device yet. `work`
   * is called twice. `onProgress` hears how many pipelines are ready. Throws Error when the work reads values back.
   */
  static async record<Result extends Record<string, tf.Tensor>>(
    work: () => Result,
    onProgress?: (done: number, total: number) => void
  ): Promise<Capture<Result>> {
    const backend = webgpuBackend();
    await precompile(work, onProgress);
    const arena = new Arena(backend.device, backend.bufferManager);
    const commands: Command[] = [];
    try {
      const result = recording(backend, arena, commands, () => tf.tidy(work));
      for (const tensor of Object.values(result)) belongsTo(backend, arena, tensor);
      return new Capture(backend, commands, arena, result);
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /** Kernels that a replay runs. */
  get dispatches(): number {
    return this.kernels.length;
  }

  /** Bytes of the buffers that it holds, without those of tensors from outside. */
  get bytes(): number {
    return this.arena.numBytesAllocated;
  }

  /** The kernels that a replay runs, in order, with what they read and write. */
  get kernels(): readonly Dispatch[] {
    return this.commands.filter((command) => command.kind === "dispatch");
  }

  /**
   * Runs the work once more, after everything that was encoded before. In `parts` submissions: between two of them a
   * device gets to other work, such as the screen's. They are about equally long, and each begins where `begins` says
   * that a new piece of the work does, if there is such a kernel nearby. `last` may add commands to the end.
   */
  replay({parts = 1, begins, last}: ReplayOptions = {}): void {
    const {backend, commands} = this;
    flush(backend);
    const cuts = [...cutsOf(commands, parts, begins), commands.length];
    let start = 0;
    for (const end of cuts) {
      const encoder = backend.device.createCommandEncoder();
      encodeAll(encoder, commands, start, end);
      if (end === commands.length) last?.(encoder);
      backend.queue.submit([encoder.finish()]);
      start = end;
    }
  }

  dispose(): void {
    this.arena.dispose();
  }
}

export interface ReplayOptions {
  parts?: number;
  begins?: (kernel: Dispatch) => boolean;
  last?: (encoder: GPUCommandEncoder) => void;
}

/** Where to cut commands into that many parts, ascending. */
export function cutsOf(
  commands: readonly Command[],
  parts: number,
  begins: (kernel: Dispatch) => boolean = () => false
): number[] {
  const isBeginning = (i: number) => {
    const command = commands[i];
    return command?.kind === "dispatch" && begins(command);
  };
  const size = commands.length / parts;
  const cuts = new Set<number>();
  for (let part = 1; part < parts; part++) {
    const ideal = Math.round(part * size);
    let cut = ideal;
    for (let away = 0; away <= size / 2; away++) {
      const found = [ideal - away, ideal + away].find(isBeginning);
      if (found === undefined) continue;
      cut = found;
      break;
    }
    if (cut > 0 && cut < commands.length) cuts.add(cut);
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Compiles every pipeline that a piece of work needs, side by side; nothing is encoded. */
export async function precompile(
  work: () => tf.TensorContainer,
  onProgress?: (done: number, total: number) => void
): Promise<void> {
  const backend = webgpuBackend();
  const arena = new Arena(backend.device, backend.bufferManager);
  try {
    await compileKernelsOf(
      () =>
        recording(backend, arena, [], () => {
          tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", true);
          try {
            tf.dispose(tf.tidy(work));
          } finally {
            tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", false);
          }
        }),
      onProgress
    );
    await backend.checkCompileCompletionAsync();
  } finally {
    arena.dispose();
  }
}

/** Runs `work` with all that tfjs and our kernels encode going to `commands`, and all buffers coming from `arena`. */
function recording<Result>(
  backend: WebgpuBackend,
  arena: Arena,
  commands: Command[],
  work: () => Result
): Result {
  flush(backend);
  const {bufferManager, queue} = backend;
  // Methods of the backend itself, not of its class: taken away again below.
  const own = backend as unknown as Record<string, unknown>;
  const submit = backend.submitQueue;
  const write = backend.write;
  const upload = backend.uploadToGPU;
  const made = new WeakSet<object>();
  const encoder = new RecordingEncoder(commands);
  backend.bufferManager = arena;
  own.queue = {submit() {}, writeBuffer: queue.writeBuffer.bind(queue)};
  own.ensureCommandEncoderReady = () => {
    backend.commandEncoder ??= encoder.asEncoder();
  };
  // A buffer may be reused as soon as it is freed: the commands that use it come in this order, always.
  own.submitQueue = () => {
    submit.call(backend);
    backend.commandQueueOwnedIds = nothing;
  };
  own.write = (...args: Parameters<typeof write>) => {
    const dataId = write.apply(backend, args);
    made.add(dataId);
    return dataId;
  };
  // A tensor from outside may reach the device only now, and is to stay there when the arena goes.
  own.uploadToGPU = (dataId: object) => {
    backend.bufferManager = made.has(dataId) ? arena : unshared(bufferManager);
    upload.call(backend, dataId);
    backend.bufferManager = arena;
  };
  const {tensorToBinding} = backend;
  own.tensorToBinding = (tensor: tf.TensorInfo) => {
    const bound = tensorToBinding.call(backend, tensor);
    const {buffer, size = buffer?.size ?? 0} = bound as GPUBufferBinding;
    encoder.cost = {...encoder.cost, bytes: encoder.cost.bytes + size};
    return bound;
  };
  own.getBufferData = () => {
    throw new Error("A step that is being captured cannot read values back: they are not computed yet.");
  };
  backend.commandQueueOwnedIds = nothing;
  try {
    return listening(({flops = null, sizes = null}, _, bytes) => {
      encoder.cost = {bytes, flops, sizes, isOurs: true};
    }, work);
  } finally {
    backend.ensureCommandEncoderReady();
    flush(backend);
    backend.bufferManager = bufferManager;
    own.queue = queue;
    delete own.ensureCommandEncoderReady;
    delete own.submitQueue;
    delete own.write;
    delete own.uploadToGPU;
    delete own.tensorToBinding;
    delete own.getBufferData;
    backend.commandQueueOwnedIds = new WeakSet();
  }
}

/** A pool that gives out only buffers that the processor can fill without a command: new ones. */
function unshared(pool: BufferPool): BufferPool {
  const acquireBuffer: BufferPool["acquireBuffer"] = (size, usage, isMapped) => {
    const passedOver: GPUBuffer[] = [];
    let buffer = pool.acquireBuffer(size, usage, isMapped);
    while (isMapped && buffer.mapState !== "mapped") {
      passedOver.push(buffer);
      buffer = pool.acquireBuffer(size, usage, isMapped);
    }
    for (const old of passedOver) pool.releaseBuffer(old);
    return buffer;
  };
  return {acquireBuffer} as BufferPool;
}

/** A set that nothing enters. */
const nothing = {has: () => false, add() {}} as unknown as WeakSet<object>;

/** A tensor that outlives the recording: its buffer is the arena's to free. */
function belongsTo(backend: WebgpuBackend, arena: Arena, {dataId}: tf.Tensor): void {
  backend.uploadToGPU(dataId);
  const data = backend.tensorMap.get(dataId);
  if (arena.has(data.resource)) data.external = true;
}

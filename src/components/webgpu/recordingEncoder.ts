/** One command of a recording. */
export type Command =
  | {
      kind: "dispatch";
      name: string;
      pipeline: GPUComputePipeline;
      bindGroup: GPUBindGroup;
      x: number;
      y: number;
      z: number;
      /** Of the arrays that it reads and writes together. */
      bytes: number;
      /** Where the kernel tells. */
      flops: number | null;
      /** Where the kernel tells: "768×128×512". */
      sizes: string | null;
    }
  | {
      kind: "copy";
      source: GPUBuffer;
      sourceOffset: number;
      target: GPUBuffer;
      targetOffset: number;
      size: number;
    };

/** One run of a kernel. */
export type Dispatch = Extract<Command, {kind: "dispatch"}>;

const nothingTold = {bytes: 0, flops: null, sizes: null, isOurs: false};

/** tfjs labels its kernels by the names of classes, of which bundling leaves a letter or two. */
const nameOfTfjs = (label: string): string =>
  label.endsWith("Program") ? `TensorFlow.js ${label}` : "TensorFlow.js’s own";

/** Writes down the commands that are given to it instead of encoding them. */
export class RecordingEncoder {
  /** What the next kernel costs; told before it is dispatched. */
  cost: Pick<Dispatch, "bytes" | "flops" | "sizes"> & {isOurs: boolean} = nothingTold;

  constructor(private readonly commands: Command[]) {}

  /** Itself, as the command encoder that tfjs and the kernel runner take it for. */
  asEncoder(): GPUCommandEncoder {
    return this as unknown as GPUCommandEncoder;
  }

  beginComputePass(): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline;
    let bindGroup: GPUBindGroup;
    const pass = {
      setPipeline(chosen: GPUComputePipeline) {
        pipeline = chosen;
      },
      setBindGroup(_: number, chosen: GPUBindGroup) {
        bindGroup = chosen;
      },
      dispatchWorkgroups: (x: number, y = 1, z = 1) => {
        const {isOurs, ...cost} = this.cost;
        const name = isOurs ? pipeline.label : nameOfTfjs(pipeline.label);
        this.commands.push({kind: "dispatch", name, pipeline, bindGroup, x, y, z, ...cost});
        this.cost = nothingTold;
      },
      end() {}
    };
    return pass as unknown as GPUComputePassEncoder;
  }

  copyBufferToBuffer(
    source: GPUBuffer,
    sourceOffset: number,
    target: GPUBuffer,
    targetOffset: number,
    size: number
  ): void {
    this.commands.push({kind: "copy", source, sourceOffset, target, targetOffset, size});
  }

  finish(): GPUCommandBuffer {
    return null as unknown as GPUCommandBuffer;
  }
}

/** Encodes commands `start` up to, and without, `end`; in one pass, unless copies cut it. */
export function encodeAll(
  encoder: GPUCommandEncoder,
  commands: readonly Command[],
  start: number,
  end: number
): void {
  let pass: GPUComputePassEncoder | null = null;
  for (let i = start; i < end; i++) {
    const command = commands[i]!;
    if (command.kind === "dispatch") {
      pass ??= encoder.beginComputePass();
      pass.setPipeline(command.pipeline);
      pass.setBindGroup(0, command.bindGroup);
      pass.dispatchWorkgroups(command.x, command.y, command.z);
    } else {
      pass?.end();
      pass = null;
      encoder.copyBufferToBuffer(
        command.source,
        command.sourceOffset,
        command.target,
        command.targetOffset,
        command.size
      );
    }
  }
  pass?.end();
}

import type * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../corpus/batches.js";
import type {BatchTensors} from "../model/tensorModel.js";
import {tune} from "../webgpu/autotune.js";
import {webgpuBackend} from "../webgpu/backend.js";
import {Capture, precompile} from "../webgpu/capture.js";
import {InputTensor} from "../webgpu/inputTensor.js";
import {type KernelProfile, type ProfileOptions, profileKernels} from "../webgpu/profile.js";
import {Readback} from "../webgpu/readback.js";
import {sharesOf, splitBatch} from "./accumulation.js";

/** The sizes of a step's batch, which never change within a run. */
export interface StepShape {
  /** B and T. */
  batchSize: number;
  tokens: number;
  /** Pieces that are computed one after another; divides B. */
  pieces: number;
  /** Whether batches come with a mask of their padding. */
  isPadded: boolean;
}

/** What a step reads from the device instead of from its JavaScript, because it changes from one to the next. */
export interface StepInputs {
  /** The batch, in pieces, and the share of its targets that each has, scalars. */
  batches: BatchTensors[];
  shares: tf.Tensor[];
  /** [1] int32: updates done before this one. */
  clock: tf.Tensor;
  /** What the optimiser's update depends on, of `rateCount` numbers. */
  rates: tf.Tensor;
}

/** The loss of the step's batch and the norm of its gradient, scalars. */
type StepResult = {loss: tf.Tensor; norm: tf.Tensor};

/** ms that a submission may keep a device busy: a screen that shares it must get its turn. */
const LONGEST_SUBMISSION = 50;
/** ms between two readings of losses, about. */
const BETWEEN_READINGS = 100;
/** Steps whose losses are read together, at most. */
const MOST_TOGETHER = 16;

/** A layer begins with a norm on the way up; on the way down, that is the last of it. */
const beginsLayer = ({name}: {name: string}) => /^(layer|rms)norm/i.test(name);

/** A training step on WebGPU that was captured: from the second on, none of its JavaScript runs. */
export class CapturedStep {
  /** Measured ms of a step on the device; null before the first has come back. */
  milliseconds: number | null = null;
  private lastReading: number | null = null;

  private constructor(
    private readonly shape: StepShape,
    private readonly inputs: readonly BatchInputs[],
    private readonly clock: InputTensor,
    private readonly rates: InputTensor,
    private readonly capture: Capture<StepResult>,
    private readonly readback: Readback
  ) {}

  /**
   * Compiles what `step` needs and records it; `step` must change parameters in place, and is called several times.
   * Where kernels can work in more than one way and none was chosen, the fastest on this device is measured first.
   * `onProgress` hears how many kernels are compiled or measured, of how many. Rejects where it cannot be recorded.
   */
  static async record(
    shape: StepShape,
    rateCount: number,
    step: (inputs: StepInputs) => StepResult,
    onProgress?: (done: number, total: number) => void
  ): Promise<CapturedStep> {
    const inputs = Array.from({length: shape.pieces}, () => new BatchInputs(shape));
    const clock = new InputTensor([1], "int32");
    const rates = new InputTensor([rateCount], "float32");
    const given = {
      batches: inputs.map(({tensors}) => tensors),
      shares: inputs.map(({share}) => share.tensor),
      clock: clock.tensor,
      rates: rates.tensor
    };
    const work = () => step(given);
    try {
      await precompile(work, onProgress);
      await tune(onProgress);
      const capture = await Capture.record(work, onProgress);
      const {device, tensorMap} = webgpuBackend();
      const {loss, norm} = capture.result;
      const readback = new Readback(
        device,
        [loss, norm].map(({dataId}) => tensorMap.get(dataId).resource!)
      );
      return new CapturedStep(shape, inputs, clock, rates, capture, readback);
    } catch (error) {
      for (const input of [...inputs, clock, rates]) input.dispose();
      throw error;
    }
  }

  /** Kernels that a step runs. */
  get dispatches(): number {
    return this.capture.dispatches;
  }

  /** Steps that should be on their way before the first of them is waited for. */
  get inFlight(): number {
    return Math.max(4, 2 * this.readback.every);
  }

  /** Issues one step; resolves to its loss and gradient norm, when those are read. */
  async run(batch: Batch, step: number, rates: Float32Array): Promise<[loss: number, norm: number]> {
    const {batchSize, tokens, pieces} = this.shape;
    const parts = splitBatch(batch, tokens, batchSize / pieces);
    for (const [i, share] of sharesOf(parts).entries()) this.inputs[i]!.write(parts[i]!.batch, share);
    this.clock.write(Int32Array.of(step));
    this.rates.write(rates);
    const submitted = performance.now();
    const submissions = Math.ceil((this.milliseconds ?? 1) / LONGEST_SUBMISSION);
    this.capture.replay({
      parts: submissions,
      begins: beginsLayer,
      last: (encoder) => this.readback.encode(encoder)
    });
    const [loss, norm] = await this.readback.submitted();
    this.measure(submitted);
    return [loss!, norm!];
  }

  /**
   * How long each kernel of a step takes. The kernels run on the step's own arrays, parameters included, which are of no
   * use afterwards.
   */
  profile(options?: ProfileOptions): Promise<KernelProfile[]> {
    return profileKernels(this.capture, webgpuBackend().device, options);
  }

  /** Losses that wait for others to be read with are read now. */
  flush(): void {
    this.readback.flush();
  }

  /** A group's losses arrive at once: what came first took the group's time, the others none. */
  private measure(submitted: number): void {
    const now = performance.now();
    const elapsed = now - Math.max(submitted, this.lastReading ?? submitted);
    this.lastReading = now;
    if (elapsed < 0.05) return;
    this.milliseconds = elapsed / this.readback.together;
    this.readback.every = Math.max(
      1,
      Math.min(MOST_TOGETHER, Math.floor(BETWEEN_READINGS / this.milliseconds))
    );
  }

  dispose(): void {
    this.readback.dispose();
    this.capture.dispose();
    for (const input of [...this.inputs, this.clock, this.rates]) input.dispose();
    for (const tensor of Object.values(this.capture.result)) tensor.dispose();
  }
}

/** A batch, or a piece of one, as tensors that are written before each step. */
class BatchInputs {
  readonly tensors: BatchTensors;
  readonly share = new InputTensor([], "float32");
  private readonly ids: InputTensor;
  private readonly targets: InputTensor;
  private readonly padding: InputTensor | null;

  constructor({batchSize, tokens: T, pieces, isPadded}: StepShape) {
    const rows = batchSize / pieces;
    this.ids = new InputTensor([rows, T], "int32");
    this.targets = new InputTensor([rows * T], "int32");
    this.padding = isPadded ? new InputTensor([rows, T], "int32") : null;
    this.tensors = {ids: this.ids.tensor, targets: this.targets.tensor, padding: this.padding?.tensor};
  }

  write({inputs, targets, padding}: Batch, share: number): void {
    this.share.write(Float32Array.of(share));
    this.ids.write(inputs);
    this.targets.write(targets);
    this.padding?.write(padding ? Int32Array.from(padding) : new Int32Array(inputs.length));
  }

  dispose(): void {
    for (const input of [this.share, this.ids, this.targets, this.padding]) input?.dispose();
  }
}

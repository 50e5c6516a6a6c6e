import * as tf from "@tensorflow/tfjs-core";
import {type Batch, targetCount} from "../corpus/batches.js";
import type {Corpus} from "../corpus/meta.js";
import {messageOf} from "../errorMessage.js";
import type {Decoding, Trace} from "../inference/languageModel.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import type {Variables} from "../model/parameterTensors.js";
import {type LossOptions, TensorModel} from "../model/tensorModel.js";
import {assign} from "../ops/assign.js";
import {RATES, ratesAt, updateRates} from "../ops/rates.js";
import {kernelsAreOn} from "../ops/webgpu/kernels.js";
import type {LossScaleTensor} from "../ops/webgpu/lossScale.js";
import {createRandom, type Random} from "../random.js";
import {tuning, useTuning} from "../webgpu/autotune.js";
import type {KernelProfile, ProfileOptions} from "../webgpu/profile.js";
import {accumulate, sharesOf, splitBatch} from "./accumulation.js";
import {BadLossError} from "./badLoss.js";
import {type BatchSource, batchSource} from "./batchSource.js";
import {CapturedStep, type StepInputs} from "./capturedStep.js";
import type {TrainConfig} from "./config.js";
import {hasStoppedEarly, isComplete} from "./earlyStopping.js";
import {MixedPrecision} from "./mixedPrecision.js";
import {Optimiser} from "./optimiser.js";
import {learningRateAt} from "./schedule.js";
import type {BegunFrom, HistoryPoint, Snapshot} from "./snapshot.js";
import {type StepTimes, stepTimes} from "./stepTimes.js";

/** What a step costs, as a whole and in each of its kernels. */
export interface StepProfile extends StepTimes {
  kernels: KernelProfile[];
}

export interface StepProfileOptions extends ProfileOptions {
  /** Hears how many rounds of whole steps are done, of how many at most. `onProgress` hears of kernels. */
  onSteps?: ProfileOptions["onProgress"];
}

export interface StepReport {
  /** Updates done, this one included. */
  step: number;
  /** Mean loss of the batch before the update, nats a token. */
  loss: number;
  /**
   * Global norm of the gradient before clipping; 0 for a model that counts instead, and null where in mixed precision a
   * gradient has overflowed, so that the update was left out.
   */
  gradientNorm: number | null;
}

/**
 * Trains one model on one corpus, on tfjs's current backend. It knows neither pages nor workers nor files: it
 * starts from a snapshot (`newRun` makes the first) and can give one at any step.
 */
export class Trainer {
  readonly config: ModelConfig;
  readonly trainConfig: TrainConfig;
  readonly model: TensorModel;
  readonly history: HistoryPoint[];
  /** Updates done. */
  step: number;
  /** Seconds spent training, kept by whoever runs the loop. */
  seconds: number;

  private readonly runId: string;
  private readonly begunFrom: BegunFrom | undefined;
  private readonly random: Random;
  private readonly batches: BatchSource;
  private readonly optimiser: Optimiser;
  private validationBatches: Batch[] | null = null;
  /** Why steps on WebGPU are not captured; null where they are, and before `prepare`. */
  uncaptured: string | null = null;
  private captured: CapturedStep | null = null;
  private readonly mixed: MixedPrecision;
  /** The batch of every step, in a run that is to learn just one. */
  private onlyBatch: Batch | null = null;

  constructor(
    snapshot: Snapshot,
    private readonly corpus: Corpus,
    private readonly adapter: string
  ) {
    this.runId = snapshot.runId;
    this.begunFrom = snapshot.begunFrom;
    this.config = snapshot.modelConfig;
    this.trainConfig = snapshot.trainConfig;
    this.history = snapshot.history.map((point) => ({...point}));
    this.step = snapshot.step;
    this.seconds = snapshot.seconds;
    this.random = createRandom(snapshot.random);
    if (snapshot.tuning && kernelsAreOn()) useTuning(snapshot.tuning);
    this.batches = batchSource(corpus, snapshot.modelConfig, snapshot.trainConfig);
    this.model = new TensorModel(snapshot.modelConfig, snapshot.parameters);
    this.optimiser = new Optimiser(snapshot.trainConfig, snapshot);
    this.mixed = new MixedPrecision(snapshot, this.model.parameters);
  }

  /** Whether there is nothing left to do: the last step is done, or the validation loss has stopped falling. */
  get isComplete(): boolean {
    return isComplete(this);
  }

  /** Why a run in mixed precision is computed in float32 here; null where it is not, or was never to be mixed. */
  get unmixed(): string | null {
    return this.mixed.unmixed;
  }

  get hasStoppedEarly(): boolean {
    return hasStoppedEarly(this);
  }

  /**
   * One update: loss and gradients of a random batch, clipping, the optimiser. The work is issued at once; the promise
   * resolves when the loss has come back from the device. Rejects with BadLossError when it is not finite.
   */
  async trainStep(): Promise<StepReport> {
    const values = this.captured ? this.replay(this.captured) : this.readUpdate();
    const step = this.step;
    const point: HistoryPoint = {step, trainLoss: null, validationLoss: null};
    this.history.push(point);
    const [loss, norm] = await values;
    if (!Number.isFinite(loss) || !this.mixed.bears(norm))
      throw new BadLossError(step, this.trainConfig.learningRate);
    point.trainLoss = loss;
    if (Number.isFinite(norm)) point.gradientNorm = norm;
    point.seconds = this.seconds;
    return {step, loss, gradientNorm: point.gradientNorm ?? null};
  }

  /** An update by tfjs, op by op. */
  private async readUpdate(): Promise<[loss: number, norm: number]> {
    const {loss, norm} = this.update(this.nextBatch());
    try {
      const [lossValues, normValues] = await Promise.all([loss.data(), norm.data()]);
      return [lossValues[0]!, normValues[0]!];
    } finally {
      tf.dispose([loss, norm]);
    }
  }

  /** An update whose commands were recorded. */
  private replay(captured: CapturedStep): Promise<[loss: number, norm: number]> {
    const learningRate = learningRateAt(this.step, this.trainConfig);
    const before = this.step;
    this.step += 1;
    return captured.run(
      this.nextBatch(),
      before,
      updateRates(this.step, {...this.trainConfig, learningRate})
    );
  }

  /**
   * On WebGPU: compiles the kernels of a step, side by side, and captures it, so that steps cost the processor next to
   * nothing. Does nothing elsewhere. `onProgress` hears how many kernels are compiled, of how many. Where a step cannot
   * be captured, `uncaptured` says why, and steps run op by op.
   */
  async prepare(onProgress?: (done: number, total: number) => void): Promise<void> {
    if (tf.getBackend() !== "webgpu" || this.captured) return;
    this.uncaptured = this.whyUncaptured();
    if (this.uncaptured) return;
    await this.mixed.check();
    const {batchSize, accumulationSteps: pieces, batching} = this.trainConfig;
    const shape = {batchSize, tokens: this.config.blockSize, pieces, isPadded: batching === "documents"};
    try {
      this.captured = await CapturedStep.record(shape, RATES, (inputs) => this.recorded(inputs), onProgress);
    } catch (error) {
      this.uncaptured = messageOf(error);
    }
  }

  private whyUncaptured(): string | null {
    if (!kernelsAreOn()) return "Our own kernels are turned off.";
    if (this.config.architecture === "bigram")
      return "A bigram counts, which is one addition: there is nothing to capture.";
    return null;
  }

  /** The update of `descend`, with all that changes from step to step read from tensors. */
  private recorded({batches, shares, clock, rates}: StepInputs): {loss: tf.Tensor; norm: tf.Tensor} {
    const {model} = this;
    const rows = this.trainConfig.batchSize / batches.length;
    const {loss, gradients} = accumulate(
      batches,
      shares,
      (batch, i) => model.gradientsOf(batch, {...this.lossOptions(i * rows, clock), ...this.mixed.options}),
      model.parameters
    );
    const norm = this.optimiser.clippedUpdate(model.parameters, gradients, rates, this.mixed.options);
    return {loss, norm};
  }

  /**
   * What a step costs: as a whole, on the processor, and in each kernel. Takes steps and then runs the kernels alone on
   * the step's own arrays, so that this trainer is of no use afterwards. Rejects with Error where steps are not
   * captured, and with the signal's reason where that aborts.
   */
  async profile(options: StepProfileOptions = {}): Promise<StepProfile> {
    await this.prepare();
    const {captured} = this;
    if (!captured)
      throw new Error(
        `The kernels of a step can only be measured where it is captured. ${this.uncaptured ?? "This engine is not WebGPU."}`
      );
    const {onSteps, onProgress, ...rest} = options;
    const steps = {issue: () => this.replay(captured), flush: () => captured.flush()};
    const times = await stepTimes(steps, {...rest, ...(onSteps && {onProgress: onSteps})});
    const kernels = await captured.profile({...rest, ...(onProgress && {onProgress})});
    return {...times, kernels};
  }

  /** Steps that may be on their way before the first is waited for: keeps a GPU busy while results travel. */
  get inFlight(): number {
    return this.captured?.inFlight ?? 4;
  }

  /** Losses that would come back with those of later steps come now. */
  flush(): void {
    this.captured?.flush();
  }

  /** Kernels that a step runs, where it is captured. */
  get dispatches(): number | null {
    return this.captured?.dispatches ?? null;
  }

  /** The batch of the next update: a random one, or always the first. */
  nextBatch(): Batch {
    if (!this.trainConfig.overfitOneBatch) return this.batches.sample(this.random);
    this.onlyBatch ??= this.batches.sample(createRandom(this.random.state()));
    return this.onlyBatch;
  }

  /** The update itself, on one batch; returns scalars that the caller disposes of. */
  update(batch: Batch): {loss: tf.Scalar; norm: tf.Scalar} {
    return this.config.architecture === "bigram" ? this.count(batch) : this.descend(batch);
  }

  private descend(batch: Batch): {loss: tf.Scalar; norm: tf.Scalar} {
    return tf.tidy(() => {
      const {loss, gradients} = this.sumOfPieces(batch, 0, this.model.parameters);
      return {loss, norm: this.apply(gradients, this.mixed.options)};
    });
  }

  /**
   * The second half of an update: clips the gradients of a whole batch and takes the optimiser's step. Returns their
   * global norm before clipping, a scalar that the caller disposes of; whoever holds only some of the model's
   * parameters gives the norm of all gradients instead, and whoever scaled the loss the scale.
   */
  apply(
    gradients: Record<string, tf.Tensor>,
    more: {norm?: tf.Scalar; lossScale?: LossScaleTensor} = {}
  ): tf.Scalar {
    const {trainConfig, model} = this;
    const learningRate = learningRateAt(this.step, trainConfig);
    this.step += 1;
    const rates = ratesAt(this.step, {...trainConfig, learningRate});
    return this.optimiser.clippedUpdate(model.parameters, gradients, rates, more);
  }

  /** The bigram's way to learn: it adds the pairs of the batch to its counts. */
  private count(batch: Batch): {loss: tf.Scalar; norm: tf.Scalar} {
    this.step += 1;
    return tf.tidy(() => {
      const loss = this.model.loss(batch);
      const counts = this.model.parameters["bigram.counts"]!;
      assign(counts, tf.add(counts, this.model.countPairs(batch)));
      return {loss, norm: tf.scalar(0)};
    });
  }

  /**
   * Training loss of a batch and its gradient for every parameter, by name, as of the next update. Computed in
   * `accumulationSteps` pieces, it is the same but for the order of sums. Where it is only a part of a step's batch,
   * `firstRow` is how many rows come before it.
   */
  gradients(batch: Batch, firstRow = 0): {loss: tf.Scalar; gradients: Record<string, tf.Tensor>} {
    return this.sumOfPieces(batch, firstRow);
  }

  /** The same; where `parameters` are given, the sums may lie in a buffer of theirs, until the next. */
  private sumOfPieces(batch: Batch, firstRow: number, parameters?: Variables) {
    const {accumulationSteps, batchSize} = this.trainConfig;
    const pieces = splitBatch(batch, this.config.blockSize, batchSize / accumulationSteps);
    return accumulate(
      pieces,
      sharesOf(pieces),
      (piece) =>
        this.model.gradients(piece.batch, {
          ...this.lossOptions(firstRow + piece.firstRow),
          ...(parameters && this.mixed.options)
        }),
      parameters
    );
  }

  /** What the training loss of the next update differs in from the plain one, for rows from `firstRow` on. */
  lossOptions(firstRow = 0, clock?: tf.Tensor): LossOptions {
    const {embeddingDropout, attentionDropout, residualDropout, labelSmoothing, gradientCheckpointing, seed} =
      this.trainConfig;
    return {
      labelSmoothing,
      checkpointing: gradientCheckpointing,
      dropout: {
        embedding: embeddingDropout,
        attention: attentionDropout,
        residual: residualDropout,
        seed,
        step: this.step,
        clock,
        firstRow
      }
    };
  }

  /**
   * Mean loss over the fixed set of validation windows, nats a token; recorded in the history. `onBatch` hears of
   * each batch and may end the work by resolving to false: the loss is null then, and nothing is recorded.
   */
  async validationLoss(): Promise<number>;
  async validationLoss(onBatch: (done: number, total: number) => Promise<boolean>): Promise<number | null>;
  async validationLoss(onBatch = async (_done: number, _total: number) => true): Promise<number | null> {
    this.validationBatches ??= this.batches.validation();
    const total = this.validationBatches.length;
    let done = 0;
    let goesOn = true;
    const loss = await this.meanLoss(this.validationBatches, async () => {
      done += 1;
      goesOn = await onBatch(done, total);
      return goesOn || done === total;
    });
    if (!goesOn && done < total) return null;
    const last = this.history.at(-1);
    if (last?.step === this.step) last.validationLoss = loss;
    else this.history.push({step: this.step, trainLoss: null, validationLoss: loss});
    return loss;
  }

  /**
   * Mean loss over given batches, each weighted by its number of targets; `onBatch` is called after each and ends the
   * work where it resolves to false.
   */
  async meanLoss(
    batches: Iterable<Batch>,
    onBatch?: () => boolean | undefined | Promise<boolean | undefined>
  ): Promise<number> {
    let sum = 0;
    let count = 0;
    for (const batch of batches) {
      const loss = tf.tidy(() => this.model.loss(batch));
      const places = targetCount(batch);
      sum += (await loss.data())[0]! * places;
      count += places;
      loss.dispose();
      if ((await onBatch?.()) === false) break;
    }
    return sum / count;
  }

  /** One forward pass over 1 … blockSize tokens with the parameters of this moment. */
  trace(ids: ArrayLike<number>, options?: {attention?: boolean}): Promise<Trace> {
    return this.model.trace(ids, options);
  }

  decoding(): Decoding {
    return this.model.decoding();
  }

  /** The parameters of this moment, copied off the device. */
  parameterData(): Promise<ParameterData> {
    return this.model.data();
  }

  /** Everything needed to continue from here. */
  async snapshot(): Promise<Snapshot> {
    // Copied before a step that is issued meanwhile changes them; all else is read before the first wait.
    const copies = Promise.all([this.model.data(), this.optimiser.data(), this.mixed.data()]);
    const rest = {
      version: 3 as const,
      runId: this.runId,
      modelConfig: this.config,
      trainConfig: this.trainConfig,
      corpus: this.corpus.meta,
      ...(this.begunFrom && {begunFrom: this.begunFrom}),
      step: this.step,
      random: this.random.state(),
      history: this.history.map((point) => ({...point})),
      adapter: this.adapter,
      ...this.chosenKernels(),
      seconds: this.seconds
    };
    const [parameters, moments, scale] = await copies;
    return {...rest, ...scale, parameters, ...moments};
  }

  private chosenKernels(): Pick<Snapshot, "tuning"> {
    const chosen = kernelsAreOn() ? tuning() : {};
    return Object.keys(chosen).length > 0 ? {tuning: chosen} : {};
  }

  dispose(): void {
    this.captured?.dispose();
    this.model.dispose();
    this.optimiser.dispose();
    this.mixed.dispose();
  }
}

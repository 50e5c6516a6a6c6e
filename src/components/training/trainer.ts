import * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../corpus/batches.js";
import {fixedWindows, sampleBatch} from "../corpus/batches.js";
import type {Corpus} from "../corpus/meta.js";
import type {Trace} from "../inference/languageModel.js";
import type {ModelConfig} from "../model/config.js";
import type {ParameterData} from "../model/parameters.js";
import {type TensorTrace, tinyTransformerLM} from "../model/transformer.js";
import {adamW} from "../ops/adamW.js";
import {clipByGlobalNorm} from "../ops/clipByGlobalNorm.js";
import {crossEntropy} from "../ops/crossEntropy.js";
import {createRandom, type Random} from "../random.js";
import {BadLossError} from "./badLoss.js";
import type {TrainConfig} from "./config.js";
import {learningRateAt} from "./schedule.js";
import type {HistoryPoint, Snapshot} from "./snapshot.js";

export interface StepReport {
  /** Updates done, this one included. */
  step: number;
  /** Mean loss of the batch before the update, nats a token. */
  loss: number;
  /** Global norm of the gradient before clipping. */
  gradientNorm: number;
}

type Variables = Record<string, tf.Variable>;

/**
 * Trains one model on one corpus, on tfjs's current backend. It knows neither pages nor workers nor files: it
 * starts from a snapshot (`newRun` makes the first) and can give one at any step.
 */
export class Trainer {
  readonly config: ModelConfig;
  readonly trainConfig: TrainConfig;
  readonly history: HistoryPoint[];
  /** Updates done. */
  step: number;
  /** Seconds spent training, kept by whoever runs the loop. */
  seconds: number;

  private readonly runId: string;
  private readonly random: Random;
  private readonly parameters: Variables;
  private readonly firstMoments: Variables;
  private readonly secondMoments: Variables;
  private validationBatches: Batch[] | null = null;

  constructor(
    snapshot: Snapshot,
    private readonly corpus: Corpus,
    private readonly adapter: string
  ) {
    this.runId = snapshot.runId;
    this.config = snapshot.modelConfig;
    this.trainConfig = snapshot.trainConfig;
    this.history = snapshot.history.map((point) => ({...point}));
    this.step = snapshot.step;
    this.seconds = snapshot.seconds;
    this.random = createRandom(snapshot.random);
    this.parameters = toVariables(snapshot.parameters, true);
    this.firstMoments = toVariables(snapshot.firstMoments, false);
    this.secondMoments = toVariables(snapshot.secondMoments, false);
  }

  /**
   * One update: loss and gradients of a random batch, clipping, AdamW. The work is issued at once; the promise
   * resolves when the loss has come back from the device. Rejects with BadLossError when it is not finite.
   */
  async trainStep(): Promise<StepReport> {
    const batch = sampleBatch(
      this.corpus.train,
      {batchSize: this.trainConfig.batchSize, blockSize: this.config.blockSize},
      this.random
    );
    const {loss, norm} = this.update(batch);
    const step = this.step;
    const point: HistoryPoint = {step, trainLoss: null, validationLoss: null};
    this.history.push(point);
    try {
      const [lossValue, gradientNorm] = (await Promise.all([loss.data(), norm.data()])).map((a) => a[0]!);
      if (!Number.isFinite(lossValue) || !Number.isFinite(gradientNorm))
        throw new BadLossError(step, this.trainConfig.learningRate);
      point.trainLoss = lossValue!;
      return {step, loss: lossValue!, gradientNorm: gradientNorm!};
    } finally {
      tf.dispose([loss, norm]);
    }
  }

  /** The update itself, on one batch; returns scalars that the caller disposes of. */
  update(batch: Batch): {loss: tf.Scalar; norm: tf.Scalar} {
    const {trainConfig} = this;
    const settings = {...trainConfig, learningRate: learningRateAt(this.step, trainConfig)};
    this.step += 1;
    return tf.tidy(() => {
      const {loss, gradients} = this.gradients(batch);
      const {clipped, norm} = clipByGlobalNorm(gradients, trainConfig.clipNorm);
      for (const [name, parameter] of Object.entries(this.parameters)) {
        const weightDecay = parameter.rank >= 2 ? settings.weightDecay : 0;
        adamW(parameter, this.firstMoments[name]!, this.secondMoments[name]!, clipped[name]!, this.step, {
          ...settings,
          weightDecay
        });
      }
      return {loss, norm};
    });
  }

  /** Loss of a batch and its gradient for every parameter, by name. */
  gradients(batch: Batch): {loss: tf.Scalar; gradients: Record<string, tf.Tensor>} {
    const [ids, targets] = this.toTensors(batch);
    const variables = Object.values(this.parameters);
    const {value, grads} = tf.variableGrads(
      () => crossEntropy(this.logits(ids), targets) as tf.Scalar,
      variables
    );
    const gradients: Record<string, tf.Tensor> = {};
    for (const [name, variable] of Object.entries(this.parameters)) gradients[name] = grads[variable.name]!;
    return {loss: value, gradients};
  }

  /**
   * Mean loss over the fixed set of validation windows, nats a token; recorded in the history. `onBatch` hears of
   * each batch and may end the work by resolving to false: the loss is null then, and nothing is recorded.
   */
  async validationLoss(): Promise<number>;
  async validationLoss(onBatch: (done: number, total: number) => Promise<boolean>): Promise<number | null>;
  async validationLoss(onBatch = async (_done: number, _total: number) => true): Promise<number | null> {
    this.validationBatches ??= fixedWindows(this.corpus.val, {
      batchSize: this.trainConfig.batchSize,
      blockSize: this.config.blockSize,
      batches: this.trainConfig.evalBatches,
      seed: this.trainConfig.seed
    });
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
   * Mean loss over given batches, each weighted by its number of tokens; `onBatch` is called after each and ends the
   * work where it resolves to false.
   */
  async meanLoss(
    batches: Iterable<Batch>,
    onBatch?: () => boolean | undefined | Promise<boolean | undefined>
  ): Promise<number> {
    let sum = 0;
    let count = 0;
    for (const batch of batches) {
      const loss = tf.tidy(() => {
        const [ids, targets] = this.toTensors(batch);
        return crossEntropy(this.logits(ids), targets);
      });
      sum += (await loss.data())[0]! * batch.targets.length;
      count += batch.targets.length;
      loss.dispose();
      if ((await onBatch?.()) === false) break;
    }
    return sum / count;
  }

  /** One forward pass over 1 … blockSize tokens with the parameters of this moment. */
  async trace(ids: ArrayLike<number>, {attention = false} = {}): Promise<Trace> {
    const T = ids.length;
    const [logits, weights] = tf.tidy(() => {
      const tensorTrace: TensorTrace = {attention: []};
      const input = tf.tensor2d(Int32Array.from(ids), [1, T], "int32");
      const output = this.logits(input, attention ? tensorTrace : undefined);
      return attention ? [output, tf.stack(tensorTrace.attention)] : [output];
    }) as [tf.Tensor, tf.Tensor?];
    const trace: Trace = {
      ids: Uint16Array.from(ids),
      logits: (await logits.data()) as Float32Array,
      attention: weights ? ((await weights.data()) as Float32Array) : null
    };
    tf.dispose([logits, ...(weights ? [weights] : [])]);
    return trace;
  }

  /** The parameters of this moment, copied off the device. */
  parameterData(): Promise<ParameterData> {
    return toData(this.parameters);
  }

  /** Everything needed to continue from here. */
  async snapshot(): Promise<Snapshot> {
    return {
      version: 1,
      runId: this.runId,
      modelConfig: this.config,
      trainConfig: this.trainConfig,
      corpus: this.corpus.meta,
      step: this.step,
      random: this.random.state(),
      history: this.history.map((point) => ({...point})),
      adapter: this.adapter,
      seconds: this.seconds,
      parameters: await toData(this.parameters),
      firstMoments: await toData(this.firstMoments),
      secondMoments: await toData(this.secondMoments)
    };
  }

  dispose(): void {
    for (const variables of [this.parameters, this.firstMoments, this.secondMoments])
      tf.dispose(Object.values(variables));
  }

  private logits(ids: tf.Tensor, trace?: TensorTrace): tf.Tensor {
    return tinyTransformerLM(this.config, this.parameters, ids, trace);
  }

  private toTensors({inputs, targets}: Batch): [ids: tf.Tensor, targets: tf.Tensor] {
    // A batch shorter than one context is a single window.
    const T = Math.min(this.config.blockSize, inputs.length);
    return [tf.tensor2d(inputs, [inputs.length / T, T], "int32"), tf.tensor1d(targets, "int32")];
  }
}

function toVariables(data: ParameterData, trainable: boolean): Variables {
  const variables: Variables = {};
  for (const [name, {shape, data: values}] of Object.entries(data))
    variables[name] = tf.tidy(() => tf.variable(tf.tensor(values.slice(), shape), trainable));
  return variables;
}

async function toData(variables: Variables): Promise<ParameterData> {
  const data: ParameterData = {};
  for (const [name, variable] of Object.entries(variables))
    data[name] = {shape: variable.shape.slice(), data: Float32Array.from(await variable.data())};
  return data;
}

import * as tf from "@tensorflow/tfjs-core";
import type {Batch} from "../corpus/batches.js";
import type {Decoding, Trace} from "../inference/languageModel.js";
import {add} from "../ops/add.js";
import {countPairs} from "../ops/countedLogits.js";
import {crossEntropy, placeLosses} from "../ops/crossEntropy.js";
import {scaledLoss} from "../ops/scaledLoss.js";
import type {LossScaleTensor} from "../ops/webgpu/lossScale.js";
import {inMixedPrecision} from "../ops/webgpu/mixedPrecision.js";
import {CapturedDecoders, canCaptureDecoding} from "./capturedDecoder.js";
import type {ModelConfig} from "./config.js";
import {forward} from "./forward.js";
import {KeyValueCache} from "./keyValueCache.js";
import type {ParameterData} from "./parameters.js";
import {toData, toVariables, type Variables} from "./parameterTensors.js";
import type {Pass} from "./pass.js";

/** A batch on the device: ids [B, T], targets [B·T] and, where it has any, padding [B, T], all int32. */
export interface BatchTensors {
  ids: tf.Tensor;
  targets: tf.Tensor;
  padding?: tf.Tensor | undefined;
}

/** What a loss may differ in from the plain one; for training only. */
export interface LossOptions extends Pick<Pass, "dropout" | "checkpointing"> {
  labelSmoothing?: number;
  /** Where it is given, activations and their gradients lie in half precision, and all gradients are so many times larger. */
  lossScale?: LossScaleTensor | undefined;
}

export interface InspectOptions {
  names: readonly string[];
  /** Heads that are left out, counted from 0. */
  silenced?: readonly {layer: number; head: number}[];
}

/** Intermediates of one pass by name; shapes begin with B = 1. */
export type Inspection = Record<string, {shape: number[]; data: Float32Array}>;

/** What a layer's numbers are in one pass, and how the loss would change with each of them; shapes begin with B = 1. */
export interface Place {
  /** As `Pass.tap` hears it. */
  name: string;
  shape: number[];
  values: Float32Array;
  gradient: Float32Array;
}

/** What a loss depends on. */
export interface Sensitivity {
  /** Nats a token. */
  loss: number;
  /** In the order of the pass. */
  places: Place[];
  /** Euclidean norms of every parameter and of its gradient. */
  parameters: {name: string; shape: number[]; norm: number; gradientNorm: number}[];
}

/** A model whose parameters live on tfjs's current backend: it answers, and it knows its gradients. */
export class TensorModel {
  readonly parameters: Variables;
  private decoders: CapturedDecoders | null = null;

  constructor(
    readonly config: ModelConfig,
    parameters: ParameterData
  ) {
    this.parameters = toVariables(parameters, true);
  }

  /** ids [B, T] int32 → [B, T, V]. */
  logits(ids: tf.Tensor, pass: Omit<Pass, "config" | "parameters"> = {}): tf.Tensor {
    return forward({config: this.config, parameters: this.parameters, ...pass}, ids);
  }

  /** The mean loss of a batch, nats a token that has a target. */
  loss(batch: Batch, options: LossOptions = {}): tf.Scalar {
    const tensors = this.toTensors(batch);
    return crossEntropy(this.predict(tensors, options), tensors.targets, options.labelSmoothing) as tf.Scalar;
  }

  /** The loss at every place of a batch, [N], nats; 0 where there is no target. */
  placeLosses(batch: Batch, options: LossOptions = {}): tf.Tensor {
    const tensors = this.toTensors(batch);
    return placeLosses(this.predict(tensors, options), tensors.targets, options.labelSmoothing);
  }

  /** Loss of a batch and its gradient for every parameter, by name. */
  gradients(batch: Batch, options?: LossOptions): {loss: tf.Scalar; gradients: Record<string, tf.Tensor>} {
    const tensors = this.toTensors(batch);
    const result = this.gradientsOf(tensors, options);
    tf.dispose([tensors.ids, tensors.targets]);
    tensors.padding?.dispose();
    return result;
  }

  /** The same for a batch that is on the device already. */
  gradientsOf(
    batch: BatchTensors,
    options: LossOptions = {}
  ): {loss: tf.Scalar; gradients: Record<string, tf.Tensor>} {
    const {lossScale, labelSmoothing} = options;
    const loss = () => {
      const value = crossEntropy(this.predict(batch, options), batch.targets, labelSmoothing);
      return (lossScale ? scaledLoss(value, lossScale) : value) as tf.Scalar;
    };
    const compute = () => tf.variableGrads(loss, Object.values(this.parameters));
    const {value, grads} = lossScale ? inMixedPrecision(compute) : compute();
    const gradients: Record<string, tf.Tensor> = {};
    for (const [name, variable] of Object.entries(this.parameters)) gradients[name] = grads[variable.name]!;
    return {loss: value, gradients};
  }

  /** For the bigram by counting: how often each token follows each other one in a batch, [V, V]. */
  countPairs(batch: Batch): tf.Tensor {
    const {ids, targets} = this.toTensors(batch);
    return countPairs(ids, targets, this.config.vocabSize);
  }

  /** One forward pass over 1 … blockSize tokens with the parameters of this moment. */
  async trace(ids: ArrayLike<number>, {attention = false} = {}): Promise<Trace> {
    const [logits, weights] = tf.tidy(() => {
      const layers: tf.Tensor[] = [];
      const tap = (name: string, value: tf.Tensor) => {
        // A single head has no axis of heads: it gets one of length 1.
        if (name.endsWith(".attn.weights")) layers.push(tf.reshape(value, [1, -1, ids.length, ids.length]));
        return undefined;
      };
      const output = this.logits(toInput(ids), attention ? {tap} : {});
      return layers.length > 0 ? [output, tf.concat(layers, 0)] : [output];
    }) as [tf.Tensor, tf.Tensor?];
    const trace: Trace = {
      ids: Uint16Array.from(ids),
      logits: (await logits.data()) as Float32Array,
      attention: weights ? ((await weights.data()) as Float32Array) : null
    };
    tf.dispose(weights ? [logits, weights] : logits);
    return trace;
  }

  /**
   * One forward pass that copies intermediates off the device, by the names that `Pass.tap` hears; some heads may be
   * silenced: what they mixed becomes 0. Throws RangeError for a name that the pass does not make.
   */
  async inspect(ids: ArrayLike<number>, {names, silenced = []}: InspectOptions): Promise<Inspection> {
    const wanted = new Set(names);
    const kept = tf.tidy(() => {
      const values: Record<string, tf.Tensor> = {};
      const tap = (name: string, value: tf.Tensor) => {
        const used = name.endsWith(".attn.mixed") ? silence(name, value, silenced) : value;
        if (wanted.has(name)) values[name] = tf.clone(used);
        return used;
      };
      this.logits(toInput(ids), {tap});
      return values;
    });
    const missing = names.find((name) => !kept[name]);
    if (missing) {
      tf.dispose(kept);
      throw new RangeError(`This model makes nothing named ${missing}.`);
    }
    const inspection: Inspection = {};
    for (const [name, value] of Object.entries(kept))
      inspection[name] = {shape: value.shape.slice(), data: (await value.data()) as Float32Array};
    tf.dispose(kept);
    return inspection;
  }

  /**
   * One pass forward and back over a window, ids and targets of T tokens: every intermediate that is heard back by the
   * pass, with its gradient, which is that of a 0 added to it. Throws RangeError for a model that counts.
   */
  async sensitivity(ids: ArrayLike<number>, targets: ArrayLike<number>): Promise<Sensitivity> {
    if (this.config.architecture === "bigram")
      throw new RangeError("A bigram counts pairs of tokens: it has no gradients to look at.");
    const values: Record<string, tf.Tensor> = {};
    tf.tidy(() => {
      const tap = (name: string, value: tf.Tensor) => {
        if (!UNHEARD.test(name)) values[name] = tf.keep(tf.clone(value));
        return undefined;
      };
      this.logits(toInput(ids), {tap});
    });
    const zeros = Object.fromEntries(
      Object.entries(values).map(([name, {shape}]) => [name, tf.tidy(() => tf.variable(tf.zeros(shape)))])
    );
    const {value, grads} = tf.tidy(() => {
      const input = toInput(ids);
      const wanted = tf.tensor1d(Int32Array.from(targets), "int32");
      const tap = (name: string, value: tf.Tensor) => zeros[name] && add(value, zeros[name]);
      const loss = () => crossEntropy(this.logits(input, {tap}), wanted) as tf.Scalar;
      return tf.variableGrads(loss, [...Object.values(this.parameters), ...Object.values(zeros)]);
    });
    try {
      const places: Place[] = [];
      for (const [name, value] of Object.entries(values)) {
        const gradient = grads[zeros[name]!.name]!;
        const [data, slope] = await Promise.all([value.data(), gradient.data()]);
        places.push({
          name,
          shape: value.shape.slice(),
          values: data as Float32Array,
          gradient: slope as Float32Array
        });
      }
      const parameters: Sensitivity["parameters"] = [];
      for (const [name, variable] of Object.entries(this.parameters)) {
        const [norm, gradientNorm] = await Promise.all([variable, grads[variable.name]!].map(lengthOf));
        parameters.push({name, shape: variable.shape.slice(), norm: norm!, gradientNorm: gradientNorm!});
      }
      return {loss: (await value.data())[0]!, places, parameters};
    } finally {
      tf.dispose([values, zeros, grads, value]);
    }
  }

  /**
   * Reads a text token by token with the parameters of each moment, keeping keys and values; on WebGPU by passes that
   * are captured once, where the configuration allows it.
   */
  decoding(): Decoding {
    if (canCaptureDecoding(this.config)) {
      this.decoders ??= new CapturedDecoders(this.config, this.parameters);
      return this.decoders.decoding();
    }
    const cache = new KeyValueCache();
    return {
      read: async (ids) => {
        const next = tf.tidy(() => {
          const logits = this.logits(toInput(ids), {cache}); // [1, T, V]
          return tf.slice(logits, [0, ids.length - 1, 0], [1, 1, this.config.vocabSize]);
        });
        const scores = (await next.data()) as Float32Array;
        next.dispose();
        return scores;
      },
      dispose: () => cache.dispose()
    };
  }

  /** The parameters of this moment, copied off the device. */
  data(): Promise<ParameterData> {
    return toData(this.parameters);
  }

  dispose(): void {
    this.decoders?.dispose();
    tf.dispose(Object.values(this.parameters));
  }

  private predict(
    {ids, padding}: BatchTensors,
    {labelSmoothing: _, lossScale: __, ...asked}: LossOptions
  ): tf.Tensor {
    return this.logits(ids, {...asked, ...(padding && {padding})});
  }

  toTensors({inputs, targets, padding}: Batch): BatchTensors {
    // A batch shorter than one context is a single window.
    const T = Math.min(this.config.blockSize, inputs.length);
    const shape: [number, number] = [inputs.length / T, T];
    return {
      ids: tf.tensor2d(inputs, shape, "int32"),
      targets: tf.tensor1d(targets, "int32"),
      padding: padding && tf.tensor2d(Int32Array.from(padding), shape, "int32")
    };
  }
}

/** What a pass tells of attention but does not hear back. */
const UNHEARD = /\.attn\.(scores|weights)$/;

async function lengthOf(tensor: tf.Tensor): Promise<number> {
  const norm = tf.tidy(() => tf.norm(tensor));
  const [length] = await norm.data();
  norm.dispose();
  return length!;
}

const toInput = (ids: ArrayLike<number>): tf.Tensor =>
  tf.tensor2d(Int32Array.from(ids), [1, ids.length], "int32");

/** What the heads of one layer mixed [1, H, T, D], with 0 for those that are silenced. */
function silence(
  name: string,
  mixed: tf.Tensor,
  silenced: NonNullable<InspectOptions["silenced"]>
): tf.Tensor {
  const here = silenced.filter(({layer}) => name === `transformer.h.${layer}.attn.mixed`);
  if (here.length === 0 || mixed.rank !== 4) return mixed;
  const H = mixed.shape[1]!;
  const isHeard = Array.from({length: H}, (_, h) => (here.some(({head}) => head === h) ? 0 : 1));
  return tf.mul(mixed, tf.tensor(isHeard, [1, H, 1, 1]));
}

import type * as tf from "@tensorflow/tfjs-core";
import type {Decoding} from "../inference/languageModel.js";
import {MOST_CACHED_HEAD_SIZE} from "../ops/webgpu/cachedAttention.js";
import {kernelsAreOn} from "../ops/webgpu/kernels.js";
import {ArrayReadback} from "../webgpu/arrayReadback.js";
import {webgpuBackend} from "../webgpu/backend.js";
import {Capture} from "../webgpu/capture.js";
import {InputTensor} from "../webgpu/inputTensor.js";
import {attentionHeads, type ModelConfig} from "./config.js";
import {canDecodeWithCache, forward, readWithoutAnswer} from "./forward.js";
import type {Parameters} from "./pass.js";
import {StaticCache} from "./staticCache.js";

/** Tokens of a prompt that are read together, at most. */
const TOGETHER = 32;
/** So few are read one by one, so that a short prompt need not wait for another pass to be compiled. */
const FEW = 4;

/** Whether a model on tfjs's current backend can be decoded by captured passes. */
export const canCaptureDecoding = (config: ModelConfig): boolean =>
  kernelsAreOn() &&
  canDecodeWithCache(config) &&
  config.nEmbd / attentionHeads(config) <= MOST_CACHED_HEAD_SIZE;

/**
 * Reads one text at a time on WebGPU, by passes that were captured once: each further token costs one submission and
 * allocates nothing. It reads the parameters where they lie, as they are at the moment of each token.
 */
export class CapturedDecoder {
  private many: Promise<CapturedPass> | null = null;
  private isDisposed = false;

  private constructor(
    private readonly config: ModelConfig,
    private readonly parameters: Parameters,
    private readonly cache: StaticCache,
    private readonly one: CapturedPass,
    private readonly readback: ArrayReadback
  ) {}

  /** Compiles and records the pass for a single token. */
  static async record(config: ModelConfig, parameters: Parameters): Promise<CapturedDecoder> {
    const cache = new StaticCache(config);
    try {
      const one = await CapturedPass.record(1, ({ids, positions}) => ({
        logits: forward({config, parameters, context: {cache, positions}}, ids)
      }));
      const {dataId} = one.capture.result.logits!;
      const {resource} = webgpuBackend().tensorMap.get(dataId);
      return new CapturedDecoder(
        config,
        parameters,
        cache,
        one,
        new ArrayReadback(resource!, config.vocabSize)
      );
    } catch (error) {
      cache.dispose();
      throw error;
    }
  }

  /** Kernels that a token runs. */
  get dispatches(): number {
    return this.one.capture.dispatches;
  }

  /**
   * Reads ids at the positions from `first` on, and whatever was there before is forgotten; [V], the scores of the
   * token that follows. Rejects with RangeError where they do not fit in the context, and where the device is lost.
   */
  async read(ids: ArrayLike<number>, first: number): Promise<Float32Array> {
    this.check();
    const {blockSize} = this.config;
    const last = ids.length - 1;
    if (last < 0 || first + last >= blockSize)
      throw new RangeError(
        `${ids.length} tokens after ${first} were to be read; there must be at least one, and the context has room for ${blockSize}.`
      );
    // All but the last only fill the cache.
    if (last > FEW) {
      this.many ??= this.recordMany();
      const many = await this.many;
      this.check();
      for (let start = 0; start < last; start += many.length)
        many.run(Array.from(ids).slice(start, Math.min(start + many.length, last)), first + start);
    } else for (let i = 0; i < last; i++) this.one.run([ids[i]!], first + i);
    this.one.run([ids[last]!], first + last, (encoder) => this.readback.encode(encoder));
    return this.readback.submitted();
  }

  private check(): void {
    if (this.isDisposed) throw new Error("The model that was reading has been disposed of.");
  }

  private recordMany(): Promise<CapturedPass> {
    const {config, parameters, cache} = this;
    return CapturedPass.record(Math.min(TOGETHER, config.blockSize), ({ids, positions}) => {
      readWithoutAnswer({config, parameters, context: {cache, positions}}, ids);
      return {};
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.readback.dispose();
    this.one.dispose();
    this.many?.then(
      (many) => many.dispose(),
      () => {}
    );
    this.cache.dispose();
  }
}

type PassInputs = {ids: tf.Tensor; positions: tf.Tensor};

/** A pass over a fixed number of tokens, of which fewer may be given. */
class CapturedPass {
  private constructor(
    readonly length: number,
    private readonly ids: InputTensor,
    private readonly positions: InputTensor,
    readonly capture: Capture<Record<string, tf.Tensor>>
  ) {}

  static async record(
    length: number,
    pass: (inputs: PassInputs) => Record<string, tf.Tensor>
  ): Promise<CapturedPass> {
    const ids = new InputTensor([1, length], "int32");
    const positions = new InputTensor([length], "int32");
    try {
      const capture = await Capture.record(() => pass({ids: ids.tensor, positions: positions.tensor}));
      return new CapturedPass(length, ids, positions, capture);
    } catch (error) {
      ids.dispose();
      positions.dispose();
      throw error;
    }
  }

  /** Submits a pass over 1 … length tokens at the positions from `first` on. */
  run(ids: readonly number[], first: number, last?: (encoder: GPUCommandEncoder) => void): void {
    const padded = new Int32Array(this.length);
    padded.set(ids);
    this.ids.write(padded);
    this.positions.write(Int32Array.from(padded, (_, t) => (t < ids.length ? first + t : -1)));
    this.capture.replay(last && {last});
  }

  dispose(): void {
    this.capture.dispose();
    for (const tensor of Object.values(this.capture.result)) tensor.dispose();
    this.ids.dispose();
    this.positions.dispose();
  }
}

/** The decoders of one model: as many as texts are read at once, made when first needed and used again. */
export class CapturedDecoders {
  private readonly idle: CapturedDecoder[] = [];
  private readonly all = new Set<CapturedDecoder>();
  private isDisposed = false;

  constructor(
    private readonly config: ModelConfig,
    private readonly parameters: Parameters
  ) {}

  /** Begins to read a text. */
  decoding(): Decoding {
    let decoder: CapturedDecoder | null = null;
    let length = 0;
    let isReading = false;
    let isOver = false;
    return {
      read: async (ids) => {
        isReading = true;
        try {
          decoder ??= this.idle.pop() ?? (await this.record());
          const first = length;
          length += ids.length;
          return await decoder.read(ids, first);
        } finally {
          isReading = false;
          if (isOver && decoder) this.idle.push(decoder);
        }
      },
      dispose: () => {
        if (decoder && !isOver && !isReading) this.idle.push(decoder);
        isOver = true;
      }
    };
  }

  private async record(): Promise<CapturedDecoder> {
    const decoder = await CapturedDecoder.record(this.config, this.parameters);
    this.all.add(decoder);
    // A read of it then says so.
    if (this.isDisposed) decoder.dispose();
    return decoder;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const decoder of this.all) decoder.dispose();
  }
}

import {cacheShape, type GraphOptions} from "../exchange/onnx/onnxGraph.js";
import {
  ATTENTION_MASK,
  attentionOutput,
  CACHE_PARTS,
  INPUT_IDS,
  LOGITS,
  POSITION_IDS,
  pastInput,
  presentOutput
} from "../exchange/onnx/onnxPass.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import {KeptCache} from "./keptCache.js";
import type {Decoding} from "./languageModel.js";
import {lastScores} from "./lastScores.js";
import {checkBatch} from "./modelInput.js";
import {type Ort, type OrtSession, type Tensors, take} from "./ort.js";

/** The graph's names for what a "whole" cache holds, as it goes in and as it comes out. */
export function cacheNames(config: ModelConfig): {past: string; present: string}[] {
  return Array.from({length: attentionLayers(config)}, (_, i) =>
    CACHE_PARTS.map((part) => ({past: pastInput(i, part), present: presentOutput(i, part)}))
  ).flat();
}

/** Windows of one length that are read together. */
export interface Windows {
  /** [batch, T], row-major. */
  ids: ArrayLike<number>;
  batch: number;
  /** [batch, T], 0 where a place before the text is padding; none where it is absent. */
  mask?: ArrayLike<number>;
}

/** The passes that a session of `onnxGraph` can be asked for. */
export class OnnxPasses {
  readonly #layers: string[];

  constructor(
    private readonly ort: Ort,
    private readonly session: OrtSession,
    private readonly config: ModelConfig,
    readonly graph: GraphOptions
  ) {
    this.#layers = Array.from({length: attentionLayers(config)}, (_, i) => attentionOutput(i));
  }

  /** The whole windows at once: logits [batch, T, V] and, if asked for, weights [L][batch, H, T, T]. */
  async whole(
    {ids, batch, mask}: Windows,
    attention = false
  ): Promise<{logits: Float32Array; attention: Float32Array[]}> {
    const layers = attention ? this.#layers : [];
    const seen = new BigInt64Array(ids.length).fill(1n);
    if (mask) for (let i = 0; i < seen.length; i++) seen[i] = BigInt(mask[i]!);
    const feeds = {...this.#text(ids, batch, 0, seen), ...this.#emptyCache(batch)};
    const outputs = await this.session.run(feeds, [LOGITS, ...layers]);
    const logits = await take(outputs[LOGITS]);
    const weights = [];
    for (const name of layers) weights.push(await take(outputs[name]));
    return {logits, attention: weights};
  }

  /** Reads one text as it grows, or several of one length. Throws RangeError where the graph has no cache. */
  decoding(batch = 1): Decoding {
    switch (this.graph.cache) {
      case "none":
        throw new RangeError("This model keeps nothing of what it has read; ask it for whole windows.");
      case "whole":
        return this.#decodingWhole(batch);
      case "added":
        return this.#decodingAdded(batch);
    }
  }

  /** Every run takes the keys and values that the one before handed back. */
  #decodingWhole(batch: number): Decoding {
    const names = cacheNames(this.config);
    const wanted = [LOGITS, ...names.map(({present}) => present)];
    let cache = this.#emptyCache(batch);
    let length = 0;
    const forget = () => {
      for (const tensor of Object.values(cache)) tensor.dispose();
    };
    return {
      read: async (ids) => {
        const T = this.#checkedLength(ids, batch, length);
        const seen = new BigInt64Array(batch * (length + T)).fill(1n);
        const outputs = await this.session.run({...this.#text(ids, batch, length, seen), ...cache}, wanted);
        forget();
        cache = Object.fromEntries(names.map(({past, present}) => [past, outputs[present]!]));
        length += T;
        return lastScores(await take(outputs[LOGITS]), batch, this.config.vocabSize);
      },
      dispose: forget
    };
  }

  #decodingAdded(batch: number): Decoding {
    const cache = new KeptCache(this.ort, this.config, batch);
    const wanted = [LOGITS, ...cache.outputs];
    return {
      read: async (ids) => {
        const {length, room} = cache;
        const T = this.#checkedLength(ids, batch, length);
        const seen = new BigInt64Array(batch * (room + T));
        for (let b = 0; b < batch; b++) {
          const row = b * (room + T);
          seen.fill(1n, row, row + length).fill(1n, row + room, row + room + T);
        }
        const outputs = await this.session.run(
          {...this.#text(ids, batch, length, seen), ...cache.feeds},
          wanted
        );
        cache.add(outputs, T);
        return lastScores(await take(outputs[LOGITS]), batch, this.config.vocabSize);
      },
      dispose() {} // what it holds is memory like any other
    };
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  /** T, the tokens that each text goes on by after `length`: ids [batch, T]. Throws RangeError where they cannot be. */
  #checkedLength(ids: ArrayLike<number>, batch: number, length: number): number {
    const {blockSize, vocabSize} = this.config;
    if (length === blockSize)
      throw new RangeError(`The context is full: all of its ${blockSize} tokens have been read.`);
    checkBatch(ids, batch, {blockSize: blockSize - length, vocabSize});
    return ids.length / batch;
  }

  /**
   * What every pass takes: ids [batch, T], the mask [batch, S] of all places, and positions, which go on from `past`
   * tokens and in which padding does not count.
   */
  #text(ids: ArrayLike<number>, batch: number, past: number, mask: BigInt64Array): Tensors {
    const {Tensor} = this.ort;
    const [T, S] = [ids.length / batch, mask.length / batch];
    const tokens = new BigInt64Array(ids.length);
    const positions = new BigInt64Array(ids.length);
    for (let b = 0, i = 0; b < batch; b++)
      for (let t = 0, position = past; t < T; t++, i++) {
        tokens[i] = BigInt(ids[i]!);
        positions[i] = BigInt(position);
        if (mask[(b + 1) * S - T + t]) position++;
      }
    return {
      [INPUT_IDS]: new Tensor("int64", tokens, [batch, T]),
      [ATTENTION_MASK]: new Tensor("int64", mask, [batch, S]),
      [POSITION_IDS]: new Tensor("int64", positions, [batch, T])
    };
  }

  /** Keys and values of no tokens, where the graph takes any. */
  #emptyCache(batch: number): Tensors {
    if (this.graph.cache === "none") return {};
    const {K, D} = cacheShape(this.config);
    const empty = () => new this.ort.Tensor("float32", new Float32Array(0), [batch, K, 0, D]);
    return Object.fromEntries(cacheNames(this.config).map(({past}) => [past, empty()]));
  }
}

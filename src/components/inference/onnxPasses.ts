import {cacheShape, type GraphOptions} from "../exchange/onnxGraph.js";
import {
  ATTENTION_MASK,
  attentionOutput,
  CACHE_PARTS,
  INPUT_IDS,
  LOGITS,
  POSITION_IDS,
  pastInput,
  presentOutput
} from "../exchange/onnxPass.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import type {Decoding} from "./languageModel.js";
import {checkIds} from "./modelInput.js";
import {type Ort, type OrtSession, type Tensors, take} from "./ort.js";

/** The graph's names for what a cache holds, as it goes in and as it comes out. */
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

  /** The whole windows at once: logits [batch, T, V] and, where the graph has them, weights [L][batch, H, T, T]. */
  async whole(
    windows: Windows,
    attention = false
  ): Promise<{logits: Float32Array; attention: Float32Array[]}> {
    const layers = attention ? this.#layers : [];
    const feeds = {...this.#text(windows, 0), ...(this.graph.cache && this.#emptyCache(windows.batch))};
    const outputs = await this.session.run(feeds, [LOGITS, ...layers]);
    const logits = await take(outputs[LOGITS]);
    const weights = [];
    for (const name of layers) weights.push(await take(outputs[name]));
    return {logits, attention: weights};
  }

  /** Reads one text as it grows; the graph must have a cache. */
  decoding(): Decoding {
    const {vocabSize: V, blockSize} = this.config;
    const names = cacheNames(this.config);
    const wanted = [LOGITS, ...names.map(({present}) => present)];
    let cache: Tensors = this.#emptyCache(1);
    let length = 0;
    const forget = () => {
      for (const tensor of Object.values(cache)) tensor.dispose();
    };
    return {
      read: async (ids) => {
        if (length === blockSize) throw new RangeError(`All ${blockSize} tokens of context are full.`);
        checkIds(ids, {blockSize: blockSize - length, vocabSize: V});
        const outputs = await this.session.run({...this.#text({ids, batch: 1}, length), ...cache}, wanted);
        forget();
        cache = Object.fromEntries(names.map(({past, present}) => [past, outputs[present]!]));
        length += ids.length;
        const logits = await take(outputs[LOGITS]);
        // A prompt's logits are of all its tokens; a copy of the last lets go of the others.
        return ids.length === 1 ? logits : logits.slice(-V);
      },
      dispose: forget
    };
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  /** What every pass takes: ids, the mask of all `past` + T places, and positions, which padding does not count in. */
  #text({ids, batch, mask}: Windows, past: number): Tensors {
    const {Tensor} = this.ort;
    const T = ids.length / batch;
    const tokens = new BigInt64Array(ids.length);
    const positions = new BigInt64Array(ids.length);
    for (let b = 0, i = 0; b < batch; b++)
      for (let t = 0, position = past; t < T; t++, i++) {
        tokens[i] = BigInt(ids[i]!);
        positions[i] = BigInt(position);
        if (!mask || mask[i]) position++;
      }
    const seen = new BigInt64Array(batch * (past + T)).fill(1n);
    if (mask) for (let i = 0; i < seen.length; i++) seen[i] = BigInt(mask[i]!);
    return {
      [INPUT_IDS]: new Tensor("int64", tokens, [batch, T]),
      [ATTENTION_MASK]: new Tensor("int64", seen, [batch, past + T]),
      [POSITION_IDS]: new Tensor("int64", positions, [batch, T])
    };
  }

  #emptyCache(batch: number): Tensors {
    const {K, D} = cacheShape(this.config);
    const empty = () => new this.ort.Tensor("float32", new Float32Array(0), [batch, K, 0, D]);
    return Object.fromEntries(cacheNames(this.config).map(({past}) => [past, empty()]));
  }
}

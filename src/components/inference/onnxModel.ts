import {FormatError} from "../exchange/formatError.js";
import {ONNX_VERSION, type OnnxHeader, readOnnxHeader, rewriteOnnx} from "../exchange/onnx/onnx.js";
import {type GraphOptions, graphOptions} from "../exchange/onnx/onnxGraph.js";
import {attentionLayers, type ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {Decoding, LanguageModel, Trace} from "./languageModel.js";
import {checkBatch, checkIds, checkTokenizer} from "./modelInput.js";
import {cacheNames, OnnxPasses} from "./onnxPasses.js";
import {loadOrt, openOrtSession, type Provider} from "./ort.js";
import {SITE_GRAPH} from "./siteGraph.js";

/** An ONNX file of ours, running: the part of a `LanguageModel` that a worker can hold. */
export interface OnnxForward {
  readonly config: ModelConfig;
  /** Bytes of the file that runs. */
  readonly fileBytes: number;
  readonly provider: Provider;
  /** Rejects with RangeError unless 1 … blockSize ids of the vocabulary are given. */
  trace(ids: ArrayLike<number>, attention: boolean): Promise<Trace>;
  /** [batch, T, V], of `batch` windows of one length. Rejects with RangeError for anything else. */
  scores(ids: ArrayLike<number>, batch: number): Promise<Float32Array>;
  /**
   * As in `LanguageModel`, of one text or of `batch` of one length, whose ids [batch, T] give scores [batch, V]; null
   * where the graph has no cache. Readings end with the model.
   */
  readonly decoding: ((batch?: number) => Decoding) | null;
  dispose(): Promise<void>;
}

export interface OpenForwardOptions {
  /** Delivers ONNX Runtime's binary in a browser. */
  binary?: (provider: Provider) => Promise<ArrayBuffer>;
  provider?: Provider;
  /** What the graph must have; a file that has it not is written anew, in memory. */
  graph?: Partial<GraphOptions>;
}

/**
 * Opens a file that `toOnnx` wrote, in any version, in this very thread. A graph of an older version is written anew
 * with a cache. Rejects with FormatError when the file is not one of ours or is damaged.
 */
export async function openOnnxForward(
  bytes: Uint8Array,
  {binary, provider = "wasm", graph: wanted = {}}: OpenForwardOptions = {}
): Promise<OnnxForward> {
  const header = readOnnxHeader(bytes);
  const {config} = header;
  const ort = await loadOrt(provider, binary && (() => binary(provider)));
  const open = async (file: {bytes: Uint8Array; graph: GraphOptions}) => {
    const resident = file.graph.cache === "whole" ? cacheNames(config).map(({present}) => present) : [];
    const session = await openOrtSession(ort, file.bytes, {provider, resident}).catch((error: Error) => {
      throw new FormatError(`ONNX Runtime cannot open this file; it is damaged. It says: ${error.message}`);
    });
    return new OnnxPasses(ort, session, config, file.graph);
  };

  // On a GPU the keys and values stay there, and come out of one run to go into the next.
  const cache = provider === "webgpu" ? {cache: "whole" as const} : {};
  const file = withGraph(bytes, header, {...wanted, ...cache});
  let passes = await open(file);
  // Only of a graph that may have to be written anew.
  let source = file.graph.attention || attentionLayers(config) === 0 ? null : file.bytes;

  /** Attention weights that the file does not compute are asked of one that does, which takes its place. */
  async function withAttention(): Promise<OnnxPasses> {
    if (!source) return passes;
    const before = passes;
    passes = await open(withGraph(source, {...header, ...file}, {attention: true}));
    source = null;
    retired.push(before); // readings in progress hold it
    return passes;
  }
  const retired: OnnxPasses[] = [];

  return {
    config,
    fileBytes: file.bytes.length,
    provider,
    async trace(ids, attention) {
      checkIds(ids, config);
      const asked = attention && attentionLayers(config) > 0;
      const result = await (asked ? await withAttention() : passes).whole({ids, batch: 1}, asked);
      return {
        ids: Uint16Array.from(ids),
        logits: result.logits,
        attention: asked ? join(result.attention) : null
      };
    },
    async scores(ids, batch) {
      checkBatch(ids, batch, config);
      return (await passes.whole({ids, batch})).logits;
    },
    decoding: file.graph.cache === "none" ? null : (batch) => passes.decoding(batch),
    async dispose() {
      for (const each of [passes, ...retired]) await each.dispose();
    }
  };
}

/** The file itself where its graph has what is wanted, and else another of the same weights. */
function withGraph(
  bytes: Uint8Array,
  {config, version, graph}: Pick<OnnxHeader, "config" | "version" | "graph">,
  wanted: Partial<GraphOptions>
): {bytes: Uint8Array; graph: GraphOptions} {
  // An older graph has other inputs, and no cache.
  const present = version === ONNX_VERSION ? graph : {...graph, ...SITE_GRAPH};
  const asked = graphOptions(config, {...present, ...wanted});
  const isThere =
    version === ONNX_VERSION &&
    Object.entries(asked).every(([option, value]) => graph[option as keyof GraphOptions] === value);
  return {bytes: isThere ? bytes : rewriteOnnx(bytes, asked), graph: asked};
}

/** A `LanguageModel` on ONNX Runtime, and what is known of how it runs. */
export interface OnnxModel extends LanguageModel {
  scores: NonNullable<LanguageModel["scores"]>;
  decoding?(batch?: number): Decoding;
  /** Bytes of the file that runs, as it was asked for. */
  readonly fileBytes: number;
  readonly provider: Provider;
}

/**
 * The same as a `LanguageModel`, for Node and for tests; a page uses `openOnnxModelInWorker` of `client.ts`.
 * Rejects with RangeError when the tokenizer is not the model's size.
 */
export async function openOnnxModel(
  bytes: Uint8Array,
  {label, tokenizer, ...options}: {label: string; tokenizer: Tokenizer} & OpenForwardOptions
): Promise<OnnxModel> {
  const forward = await openOnnxForward(bytes, options);
  checkTokenizer(tokenizer, forward.config);
  const unlessAborted = async <Result>(signal: AbortSignal | undefined, work: () => Promise<Result>) => {
    signal?.throwIfAborted();
    const result = await work();
    signal?.throwIfAborted();
    return result;
  };
  return {
    label,
    config: forward.config,
    tokenizer,
    fileBytes: forward.fileBytes,
    provider: forward.provider,
    trace: (ids, {attention = false, signal} = {}) =>
      unlessAborted(signal, () => forward.trace(ids, attention)),
    scores: (ids, batch, {signal} = {}) => unlessAborted(signal, () => forward.scores(ids, batch)),
    ...(forward.decoding && {decoding: forward.decoding}),
    dispose: () => void forward.dispose()
  };
}

function join(arrays: Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}

import type {GraphOptions} from "../exchange/onnx/onnxGraph.js";
import type {Tokenizer} from "../text/tokenizer.js";
import {keptInWorker} from "./keptScores.js";
import type {Decoding} from "./languageModel.js";
import {checkBatch, checkIds, checkTokenizer} from "./modelInput.js";
import type {OnnxModel} from "./onnxModel.js";
import type {LoadProgress, ProviderChoice, Reply, Request} from "./protocol.js";
import {SITE_GRAPH} from "./siteGraph.js";
import {type WorkerLike, WorkerQueue} from "./workerQueue.js";
import {Writings} from "./writings.js";

export type {OnnxModel, WorkerLike};

export interface OpenOptions {
  label: string;
  tokenizer: Tokenizer;
  /**
   * What the graph must have; a file that has it not is written anew in the worker. {} runs the file as it is. What the
   * site's pages need where it is absent.
   */
  graph?: Partial<GraphOptions>;
  /** What computes; the faster of them on this device where it is absent. */
  provider?: ProviderChoice;
  /** Hears of the downloads: the model's, when a URL is given, and ONNX Runtime's (14 MB, once). */
  onProgress?: (progress: LoadProgress) => void;
  /** Stops the opening; afterwards use `dispose`. */
  signal?: AbortSignal;
  /** For tests. */
  createWorker?: () => WorkerLike;
}

/**
 * Opens an ONNX file of ours in a worker of its own, given its bytes (copied) or its URL. The model answers
 * one request at a time; one whose signal aborts while it waits is never run. Rejects with FormatError for a
 * damaged file, with RangeError when the tokenizer is not the model's, with Error when a download fails, and
 * with the signal's reason.
 */
export async function openOnnxModelInWorker(
  model: Uint8Array | string,
  {
    label,
    tokenizer,
    graph = SITE_GRAPH,
    provider = "fastest",
    onProgress,
    signal,
    createWorker = startWorker
  }: OpenOptions
): Promise<OnnxModel> {
  signal?.throwIfAborted();
  const queue = new WorkerQueue<Request, Reply>(createWorker(), {
    progress: ({progress}) => onProgress?.(progress),
    written: (message) => writings.hear(message)
  });
  const writings = new Writings(queue);
  try {
    const url = typeof model === "string" ? new URL(model, globalThis.document?.baseURI).href : model;
    const opened = await queue.ask({type: "open", model: url, graph, provider}, "opened", signal);
    const {config, fileBytes, decodes} = opened;
    checkTokenizer(tokenizer, config);
    return {
      label,
      config,
      tokenizer,
      fileBytes,
      provider: opened.provider,
      trace: async (ids, {attention = false, signal} = {}) => {
        checkIds(ids, config);
        const request = {type: "trace", ids: Uint16Array.from(ids), attention} as const;
        return (await queue.ask(request, "traced", signal)).trace;
      },
      scores: async (ids, batch, {signal} = {}) => {
        checkBatch(ids, batch, config);
        const request = {type: "score", ids: Uint16Array.from(ids), batch} as const;
        return (await queue.ask(request, "scored", signal)).logits;
      },
      ...(decodes && {decoding: () => startReading(queue)}),
      ...keptInWorker(queue, config),
      write: (prompt, settings) => writings.write(prompt, settings, config.vocabSize),
      dispose: () => queue.dispose()
    };
  } catch (error) {
    queue.dispose();
    throw error;
  }
}

let readings = 0;

/** A reading in the worker; given up while it waits for an answer, it is forgotten when that has come. */
function startReading(queue: WorkerQueue<Request, Reply>): Decoding {
  const reading = ++readings;
  return {
    async read(ids) {
      return (await queue.ask({type: "read", reading, ids: Uint16Array.from(ids)}, "read")).logits;
    },
    dispose() {
      // A model that was closed has forgotten it already.
      queue.ask({type: "forget", reading}, "forgotten").catch(() => {});
    }
  };
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

import type {Tokenizer} from "../text/tokenizer.js";
import type {LanguageModel} from "./languageModel.js";
import {checkBatch, checkIds, checkTokenizer} from "./modelInput.js";
import type {LoadProgress, Reply, Request} from "./protocol.js";
import {type WorkerLike, WorkerQueue} from "./workerQueue.js";

export type {WorkerLike};

export interface OpenOptions {
  label: string;
  tokenizer: Tokenizer;
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
  {label, tokenizer, onProgress, signal, createWorker = startWorker}: OpenOptions
): Promise<LanguageModel> {
  signal?.throwIfAborted();
  const queue = new WorkerQueue<Request, Reply>(createWorker(), ({progress}) => onProgress?.(progress));
  try {
    const url = typeof model === "string" ? new URL(model, globalThis.document?.baseURI).href : model;
    const {config} = await queue.ask({type: "open", model: url}, "opened", signal);
    checkTokenizer(tokenizer, config);
    return {
      label,
      config,
      tokenizer,
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
      dispose: () => queue.dispose()
    };
  } catch (error) {
    queue.dispose();
    throw error;
  }
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

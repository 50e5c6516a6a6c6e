import {FormatError} from "../exchange/formatError.js";
import type {ModelConfig} from "../model/config.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {LanguageModel, Trace} from "./languageModel.js";
import {checkIds, checkTokenizer} from "./modelInput.js";
import type {Channel, LoadProgress, Reply, Request} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface WorkerLike extends Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

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
  const client = new InferenceClient(createWorker(), onProgress);
  try {
    const url = typeof model === "string" ? new URL(model, globalThis.document?.baseURI).href : model;
    const config = await client.open(url, signal);
    checkTokenizer(tokenizer, config);
    return {
      label,
      config,
      tokenizer,
      trace: async (ids, {attention = false, signal} = {}) => {
        checkIds(ids, config);
        return client.trace(Uint16Array.from(ids), attention, signal);
      },
      dispose: () => client.dispose()
    };
  } catch (error) {
    client.dispose();
    throw error;
  }
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

interface Job {
  request: Request;
  resolve: (reply: Reply) => void;
  reject: (reason: unknown) => void;
}

/** Keeps the queue on this side, so that a request that was given up costs the worker nothing. */
class InferenceClient {
  readonly #worker: WorkerLike;
  readonly #queue: Job[] = [];
  #running: Job | null = null;
  /** Why nothing more can be asked. */
  #end: Error | null = null;

  constructor(worker: WorkerLike, onProgress?: (progress: LoadProgress) => void) {
    this.#worker = worker;
    worker.onmessage = ({data}: MessageEvent<Reply>) => {
      if (data.type === "progress") onProgress?.(data.progress);
      else this.#settle(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const reason = event.message || "it could not be loaded";
      this.#stop(
        new Error(`The worker that runs the model stopped (${reason}). Reload the page to try again.`)
      );
    };
  }

  async open(model: Uint8Array | string, signal?: AbortSignal): Promise<ModelConfig> {
    const reply = await this.#ask({type: "open", model}, signal);
    if (reply.type !== "opened") throw new Error(`The worker answered ${reply.type} instead of opened.`);
    return reply.config;
  }

  async trace(ids: Uint16Array, attention: boolean, signal?: AbortSignal): Promise<Trace> {
    const reply = await this.#ask({type: "trace", ids, attention}, signal);
    if (reply.type !== "traced") throw new Error(`The worker answered ${reply.type} instead of traced.`);
    return reply.trace;
  }

  dispose(): void {
    this.#stop(new DOMException("The model was closed.", "AbortError"));
  }

  #ask(request: Request, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#end) return Promise.reject(this.#end);
    let job!: Job;
    const answer = new Promise<Reply>((resolve, reject) => {
      job = {request, resolve, reject};
    });
    // A request that is already in the worker cannot be recalled: its answer comes and is ignored.
    const giveUp = () => {
      const place = this.#queue.indexOf(job);
      if (place >= 0) this.#queue.splice(place, 1);
      job.reject(signal?.reason);
    };
    signal?.addEventListener("abort", giveUp, {once: true});
    this.#queue.push(job);
    this.#next();
    return answer.finally(() => signal?.removeEventListener("abort", giveUp));
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#running = job;
    this.#worker.postMessage(job.request, []);
  }

  #settle(reply: Exclude<Reply, {type: "progress"}>): void {
    const job = this.#running;
    this.#running = null;
    if (reply.type === "failed") job?.reject(rebuild(reply.error));
    else job?.resolve(reply);
    this.#next();
  }

  #stop(end: Error): void {
    if (this.#end) return;
    this.#end = end;
    this.#worker.terminate();
    for (const job of [this.#running, ...this.#queue.splice(0)]) job?.reject(end);
    this.#running = null;
  }
}

/** An error as it was on the other side, as far as callers tell errors apart. */
function rebuild({name, message}: {name: string; message: string}): Error {
  if (name === "FormatError") return new FormatError(message);
  if (name === "RangeError") return new RangeError(message);
  return Object.assign(new Error(message), {name});
}

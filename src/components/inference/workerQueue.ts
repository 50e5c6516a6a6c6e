import {FormatError} from "../exchange/formatError.js";
import type {Channel} from "./protocol.js";

/** The part of a Worker that is used here. */
export interface WorkerLike extends Channel {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

/** How a worker says that a request went wrong. */
export interface Failure {
  type: "failed";
  error: {name: string; message: string};
}

interface Job<Request, Reply> {
  request: Request;
  resolve: (reply: Reply) => void;
  reject: (reason: unknown) => void;
}

/** What hears of messages that answer no request, by their type. */
export type Listeners<Reply extends {type: string}> = {
  [Type in Reply["type"]]?: (message: Extract<Reply, {type: Type}>) => void;
};

/**
 * Asks a worker one request at a time. The queue is on this side, so that a request that was given up costs the worker
 * nothing. Messages of the types that have a listener are answers to nobody.
 */
export class WorkerQueue<Request, Reply extends {type: string}> {
  readonly #worker: WorkerLike;
  readonly #queue: Job<Request, Reply>[] = [];
  #running: Job<Request, Reply> | null = null;
  readonly #end = new AbortController();

  constructor(worker: WorkerLike, listeners: Listeners<Reply> = {}) {
    this.#worker = worker;
    worker.onmessage = ({data}: MessageEvent<Reply | Failure>) => {
      const listener = listeners[data.type as Reply["type"]] as ((message: Reply) => void) | undefined;
      if (listener) listener(data as Reply);
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

  /** Aborts when nothing more can be asked; its reason says why. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /**
   * The worker's answer, which must be of the type named. Rejects with what the worker reports, with the signal's
   * reason, and with Error once the worker has ended.
   */
  async ask<Type extends Reply["type"]>(
    request: Request,
    type: Type,
    signal?: AbortSignal
  ): Promise<Extract<Reply, {type: Type}>> {
    const reply = await this.#ask(request, signal);
    if (reply.type !== type) throw new Error(`The worker answered ${reply.type} instead of ${type}.`);
    return reply as Extract<Reply, {type: Type}>;
  }

  dispose(): void {
    this.#stop(new DOMException("The model was closed.", "AbortError"));
  }

  #ask(request: Request, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.ended.aborted) return Promise.reject(this.ended.reason);
    let job!: Job<Request, Reply>;
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

  #settle(reply: Reply | Failure): void {
    const job = this.#running;
    this.#running = null;
    if (isFailure(reply)) job?.reject(rebuiltError(reply.error));
    else job?.resolve(reply);
    this.#next();
  }

  #stop(end: Error): void {
    if (this.ended.aborted) return;
    this.#worker.terminate();
    this.#end.abort(end);
    for (const job of [this.#running, ...this.#queue.splice(0)]) job?.reject(end);
    this.#running = null;
  }
}

const isFailure = (reply: {type: string}): reply is Failure => reply.type === "failed";

/** An error as it was on the other side, as far as callers tell errors apart. */
export function rebuiltError({name, message}: Failure["error"]): Error {
  if (name === "FormatError") return new FormatError(message);
  if (name === "RangeError") return new RangeError(message);
  return Object.assign(new Error(message), {name});
}

/** What of an error can be sent to the other side. */
export function errorFacts(error: unknown): Failure["error"] {
  const {name, message} = error instanceof Error ? error : {name: "Error", message: String(error)};
  return {name, message};
}

/** Does pieces of work one after the other, in the order in which they are asked for. */
export type InOrder = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function inOrder(): InOrder {
  let previous: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = previous.then(work);
    previous = result.catch(() => {});
    return result;
  };
}

/**
 * The other side's part: handles requests in order, among other work of that order, and reports what goes wrong instead
 * of failing.
 */
export const answerInOrder =
  <Request>(
    channel: Channel,
    answer: (request: Request) => Promise<void>,
    order: InOrder = inOrder()
  ): ((request: Request) => Promise<void>) =>
  (request) =>
    order(() => answer(request)).catch((error) =>
      channel.postMessage({type: "failed", error: errorFacts(error)} satisfies Failure, [])
    );

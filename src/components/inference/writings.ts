import type {GenerationSettings} from "../generation/generate.js";
import type {WrittenToken} from "./languageModel.js";
import type {Reply, Request, Written} from "./protocol.js";
import {rebuiltError, type WorkerQueue} from "./workerQueue.js";

/** The page's side of the texts that a worker writes. */
export class Writings {
  readonly #listeners = new Map<number, (message: Written) => void>();
  #count = 0;

  constructor(private readonly queue: WorkerQueue<Request, Reply>) {}

  /** What the worker tells of a text; of one that nobody waits for any more, nobody hears. */
  hear(message: Written): void {
    this.#listeners.get(message.writing)?.(message);
  }

  /** As `LanguageModel.write`, for a vocabulary of V tokens. Whoever stops listening stops the worker. */
  async *write(
    prompt: ArrayLike<number>,
    {options, seed, steps, signal}: GenerationSettings,
    V: number
  ): AsyncGenerator<WrittenToken, void, void> {
    const {queue} = this;
    const writing = ++this.#count;
    const waiting: Written[] = [];
    let wake = () => {};
    this.#listeners.set(writing, (message) => {
      waiting.push(message);
      wake();
    });
    const over = signal ? AbortSignal.any([signal, queue.ended]) : queue.ended;
    const end = () => wake();
    over.addEventListener("abort", end);
    let isWriting = true;
    try {
      const text = {prompt: Uint16Array.from(prompt), options, seed, steps};
      await queue.ask({type: "write", writing, ...text}, "writing", signal);
      while (isWriting) {
        over.throwIfAborted();
        const message = waiting.shift();
        if (!message) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        isWriting = !message.isEnd;
        for (let at = 0; at < message.logits.length; at += V)
          yield {logits: message.logits.subarray(at, at + V), ranked: message.ranked.subarray(at, at + V)};
        if (message.error) throw rebuiltError(message.error);
      }
    } finally {
      over.removeEventListener("abort", end);
      this.#listeners.delete(writing);
      // A model that was closed has stopped already.
      if (isWriting) queue.ask({type: "stop", writing}, "stopped").catch(() => {});
    }
  }
}

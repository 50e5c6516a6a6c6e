import {type GeneratedToken, generate} from "../generation/generate.js";
import {nextTask} from "../training/nextTask.js";
import type {TextModel} from "./languageModel.js";
import type {OnnxForward} from "./onnxModel.js";
import type {Request, Written} from "./protocol.js";
import {errorFacts, type InOrder} from "./workerQueue.js";

/** ms between two messages, and at most without hearing of requests: what comes more often, no screen shows. */
const FRAME = 16;

type Post = (message: Written, transfer: Transferable[]) => void;

/**
 * Writes texts on the worker's side, so that no token waits for a page. Each is read in its turn among the requests of
 * `order`; between tokens the worker hears of them once a frame, so that a text ends, or another goes on, at any token.
 */
export class Writer {
  readonly #running = new Map<number, AbortController>();

  constructor(
    private readonly order: InOrder,
    private readonly post: Post
  ) {}

  start(forward: OnnxForward, request: Request & {type: "write"}): void {
    const running = new AbortController();
    this.#running.set(request.writing, running);
    void this.#write(textModel(forward), request, running.signal);
  }

  stop(writing: number): void {
    this.#running.get(writing)?.abort();
  }

  stopAll(): void {
    for (const running of this.#running.values()) running.abort();
  }

  async #write(
    model: TextModel,
    {writing, prompt, options, seed, steps}: Request & {type: "write"},
    signal: AbortSignal
  ): Promise<void> {
    const tokens = generate(model, prompt, {options, seed, steps, signal});
    const batch = new Batch(writing, model.config.vocabSize, this.post);
    try {
      for (;;) {
        const {done, value} = await this.order(() => tokens.next());
        if (done) break;
        batch.add(value);
        if (!batch.isDue) continue;
        batch.send({isEnd: false});
        await nextTask();
      }
      batch.send({isEnd: true});
    } catch (error) {
      batch.send({isEnd: true, error: errorFacts(error)});
    } finally {
      this.#running.delete(writing);
    }
  }
}

/** Tokens that are sent together. */
class Batch {
  #tokens: GeneratedToken[] = [];
  #sent = Number.NEGATIVE_INFINITY; // so that the first is not kept waiting

  constructor(
    private readonly writing: number,
    private readonly V: number,
    private readonly post: Post
  ) {}

  get isDue(): boolean {
    return performance.now() - this.#sent >= FRAME;
  }

  add(token: GeneratedToken): void {
    this.#tokens.push(token);
  }

  send(end: Pick<Written, "isEnd" | "error">): void {
    const {V, writing} = this;
    const logits = new Float32Array(this.#tokens.length * V);
    const ranked = new Uint16Array(logits.length);
    for (const [i, token] of this.#tokens.entries()) {
      logits.set(token.logits, i * V);
      ranked.set(token.distribution.ids, i * V);
    }
    this.post({type: "written", writing, logits, ranked, ...end}, [logits.buffer, ranked.buffer]);
    this.#tokens = [];
    this.#sent = performance.now();
  }
}

const textModel = (forward: OnnxForward): TextModel => ({
  config: forward.config,
  trace: (ids) => forward.trace(ids, false),
  ...(forward.decoding && {decoding: forward.decoding})
});

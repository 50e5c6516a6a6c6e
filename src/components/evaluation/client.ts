import {type WorkerLike, WorkerQueue} from "../inference/workerQueue.js";
import type {Tokenizer} from "../text/tokenizer.js";
import type {HeldOutText} from "./heldOut.js";
import type {Loss} from "./loss.js";
import type {Reply, Request} from "./protocol.js";
import type {TextReport} from "./sampleReport.js";
import type {TextSource} from "./textSource.js";

/** `PreparedTexts` in a worker of its own, which ends when it is disposed of: that also stops what it computes. */
export interface TextWorker {
  readonly heldOut: HeldOutText;
  /** Rejects with RangeError where the training text is too short, and with an AbortError once disposed of. */
  baselines(predicted: number, onProgress?: (done: number, total: number) => void): Promise<Loss[]>;
  compare(sample: string): Promise<{sample: TextReport; heldOut: TextReport}>;
  dispose(): void;
}

/** Rejects with what is wrong with the tokenizers, and with the signal's reason. `createWorker` is for tests. */
export async function openTextWorker(
  source: TextSource,
  tokenizer: Tokenizer,
  {signal, createWorker = startWorker}: {signal?: AbortSignal; createWorker?: () => WorkerLike} = {}
): Promise<TextWorker> {
  signal?.throwIfAborted();
  let listener: ((done: number, total: number) => void) | undefined;
  const queue = new WorkerQueue<Request, Reply>(createWorker(), {
    progress: ({done, total}) => listener?.(done, total)
  });
  try {
    const {heldOut} = await queue.ask(
      {type: "open", source, tokenizer: tokenizer.toJSON()},
      "opened",
      signal
    );
    return {
      heldOut,
      async baselines(predicted, onProgress) {
        listener = onProgress;
        return (await queue.ask({type: "count", predicted}, "counted")).baselines;
      },
      async compare(text) {
        const {sample, heldOut} = await queue.ask({type: "compare", sample: text}, "compared");
        return {sample, heldOut};
      },
      dispose: () => queue.dispose()
    };
  } catch (error) {
    queue.dispose();
    throw error;
  }
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

import type {ModelConfig} from "../model/config.js";
import type {KeptScores, LanguageModel} from "./languageModel.js";
import {checkBatch, checkIds} from "./modelInput.js";
import type {Reply, Request} from "./protocol.js";
import type {WorkerQueue} from "./workerQueue.js";

let texts = 0;

/** The page's side of scores that stay in the worker, as `LanguageModel` has it. */
export const keptInWorker = (
  queue: WorkerQueue<Request, Reply>,
  config: ModelConfig
): Required<Pick<LanguageModel, "keeping" | "outcomes">> => ({
  keeping: () => keepText(queue, config),
  async outcomes(windows, {signal} = {}) {
    checkBatch(windows.ids, windows.starts.length, config);
    return (await queue.ask({type: "predict", windows}, "predicted", signal)).outcomes;
  }
});

function keepText(queue: WorkerQueue<Request, Reply>, config: ModelConfig): KeptScores {
  const text = ++texts;
  return {
    async read(ids, targets, {signal} = {}) {
      checkIds(ids, config);
      const request = {
        type: "keep",
        text,
        ids: Uint16Array.from(ids),
        targets: Uint16Array.from(targets)
      } as const;
      await queue.ask(request, "kept", signal);
    },
    async nats(options, {signal} = {}) {
      const {temperature, topK, topP, minP = 0} = options;
      const request = {type: "surprise", text, options: {temperature, topK, topP, minP}} as const;
      return (await queue.ask(request, "surprised", signal)).nats;
    },
    dispose() {
      // A model that was closed has forgotten them already.
      queue.ask({type: "drop", text}, "dropped").catch(() => {});
    }
  };
}

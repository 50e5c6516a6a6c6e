import type {Channel} from "../inference/protocol.js";
import {answerInOrder} from "../inference/workerQueue.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {PreparedTexts} from "./preparedTexts.js";
import type {Reply, Request} from "./protocol.js";

/** The worker's side: answers requests one after the other. Returns the handler for incoming messages. */
export function serveEvaluation(channel: Channel): (request: Request) => Promise<void> {
  let texts: PreparedTexts | null = null;
  const post = (reply: Reply) => channel.postMessage(reply, []);
  const opened = (): PreparedTexts => {
    if (!texts) throw new Error("No text is open.");
    return texts;
  };

  async function answer(request: Request): Promise<void> {
    switch (request.type) {
      case "open":
        texts = new PreparedTexts(request.source, readTokenizer(request.tokenizer));
        return post({type: "opened", heldOut: texts.heldOut});
      case "count": {
        const onProgress = (done: number, total: number) => post({type: "progress", done, total});
        return post({type: "counted", baselines: opened().baselines(request.predicted, onProgress)});
      }
      case "compare":
        return post({type: "compared", ...opened().compare(request.sample)});
    }
  }
  return answerInOrder(channel, answer);
}

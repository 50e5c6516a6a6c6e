import {MessageChannel} from "node:worker_threads";
import type {WorkerLike} from "../../src/components/inference/client.js";
import type {Request} from "../../src/components/inference/protocol.js";
import {serveInference} from "../../src/components/inference/server.js";

/** The worker's code behind a real message channel, in this thread: messages are cloned and transferred. */
export function fakeWorker(seen: Request[] = []): WorkerLike {
  const {port1, port2} = new MessageChannel();
  const handle = serveInference({
    postMessage: (message, transfer) => port2.postMessage(message, transfer as never)
  });
  const worker: WorkerLike = {
    onmessage: null,
    postMessage: (message, transfer) => port1.postMessage(message, transfer as never),
    terminate() {
      port1.close();
    }
  };
  port1.on("message", (data) => worker.onmessage?.({data} as MessageEvent));
  port2.on("message", (request: Request) => {
    seen.push(request);
    void handle(request);
  });
  return worker;
}

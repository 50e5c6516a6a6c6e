import {fetchBytes} from "./fetchBytes.js";
import {type OnnxForward, openOnnxForward} from "./onnxModel.js";
import type {Channel, Reply, Request} from "./protocol.js";
import {answerInOrder} from "./workerQueue.js";

/**
 * The worker's side: answers requests one after the other. `wasmUrl` is where ONNX Runtime's binary lies;
 * Node needs none. Returns the handler for incoming messages.
 */
export function serveInference(channel: Channel, wasmUrl?: string): (request: Request) => Promise<void> {
  let forward: OnnxForward | null = null;
  const post = (reply: Reply, transfer: Transferable[] = []) => channel.postMessage(reply, transfer);
  const report = (part: "model" | "runtime") => (loadedBytes: number, totalBytes: number | null) =>
    post({type: "progress", progress: {part, loadedBytes, totalBytes}});
  const wasm = wasmUrl ? async () => (await fetchBytes(wasmUrl, report("runtime"))).buffer : undefined;

  async function open(model: Uint8Array | string): Promise<void> {
    const bytes = typeof model === "string" ? await fetchBytes(model, report("model")) : model;
    await forward?.dispose();
    forward = await openOnnxForward(bytes, wasm && {binary: wasm});
    post({type: "opened", config: forward.config});
  }

  async function trace(ids: Uint16Array, attention: boolean): Promise<void> {
    if (!forward) throw new Error("No model is open.");
    const result = await forward.trace(ids, attention);
    const arrays = [result.ids, result.logits, result.attention].filter((array) => array !== null);
    post(
      {type: "traced", trace: result},
      arrays.map((array) => array.buffer as ArrayBuffer)
    );
  }

  async function score(ids: Uint16Array, batch: number): Promise<void> {
    if (!forward) throw new Error("No model is open.");
    const logits = await forward.scores(ids, batch);
    post({type: "scored", logits}, [logits.buffer as ArrayBuffer]);
  }

  function answer(request: Request): Promise<void> {
    switch (request.type) {
      case "open":
        return open(request.model);
      case "trace":
        return trace(request.ids, request.attention);
      case "score":
        return score(request.ids, request.batch);
    }
  }
  return answerInOrder(channel, answer);
}

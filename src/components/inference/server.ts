import {fetchKept} from "./fetchKept.js";
import type {Decoding} from "./languageModel.js";
import {type OnnxForward, openOnnxForward} from "./onnxModel.js";
import {openFastest} from "./openFastest.js";
import type {Provider} from "./ort.js";
import type {Channel, LoadProgress, Reply, Request} from "./protocol.js";
import {ScoreKeeper} from "./scoreKeeper.js";
import {answerInOrder, inOrder} from "./workerQueue.js";
import {Writer} from "./writer.js";

/**
 * The worker's side: answers requests one after the other. `binaries` are where ONNX Runtime's WebAssembly lies for
 * each provider; Node needs none. Returns the handler for incoming messages.
 */
export function serveInference(
  channel: Channel,
  binaries?: Record<Provider, string>
): (request: Request) => Promise<void> {
  let forward: OnnxForward | null = null;
  const readings = new Map<number, Decoding>();
  const post = (reply: Reply, transfer: Transferable[] = []) => channel.postMessage(reply, transfer);
  const order = inOrder();
  const writer = new Writer(order, post);
  const keeper = new ScoreKeeper(post);

  function fetchPart(part: LoadProgress["part"], url: string): Promise<Uint8Array<ArrayBuffer>> {
    let progress: LoadProgress = {part, loadedBytes: 0, totalBytes: null};
    const report = (more: Partial<LoadProgress>) => {
      progress = {...progress, ...more};
      post({type: "progress", progress});
    };
    return fetchKept(url, {
      onProgress: (loadedBytes, totalBytes) => report({loadedBytes, totalBytes}),
      onRemark: (remark) => report({remark})
    });
  }

  async function open({model, graph, provider}: Request & {type: "open"}): Promise<void> {
    const bytes = typeof model === "string" ? await fetchPart("model", model) : model;
    await close();
    const binary =
      binaries && (async (provider: Provider) => (await fetchPart("runtime", binaries[provider])).buffer);
    const options = {graph, ...(binary && {binary})};
    forward =
      provider === "fastest"
        ? await openFastest(bytes, options)
        : await openOnnxForward(bytes, {...options, provider});
    const {config, fileBytes, decoding} = forward;
    post({type: "opened", config, decodes: decoding !== null, fileBytes, provider: forward.provider});
  }

  async function close(): Promise<void> {
    writer.stopAll();
    keeper.forgetAll();
    for (const reading of readings.values()) reading.dispose();
    readings.clear();
    await forward?.dispose();
    forward = null;
  }

  function opened(): OnnxForward {
    if (!forward) throw new Error("No model is open.");
    return forward;
  }

  async function trace(ids: Uint16Array, attention: boolean): Promise<void> {
    const result = await opened().trace(ids, attention);
    const arrays = [result.ids, result.logits, result.attention].filter((array) => array !== null);
    post(
      {type: "traced", trace: result},
      arrays.map((array) => array.buffer as ArrayBuffer)
    );
  }

  async function score(ids: Uint16Array, batch: number): Promise<void> {
    const logits = await opened().scores(ids, batch);
    post({type: "scored", logits}, [logits.buffer as ArrayBuffer]);
  }

  async function read(number: number, ids: Uint16Array): Promise<void> {
    const {decoding} = opened();
    const reading = readings.get(number) ?? decoding?.();
    if (!reading) throw new Error("This model cannot read token by token.");
    readings.set(number, reading);
    const logits = await reading.read(ids);
    post({type: "read", logits}, [logits.buffer as ArrayBuffer]);
  }

  async function forget(number: number): Promise<void> {
    readings.get(number)?.dispose();
    readings.delete(number);
    post({type: "forgotten"});
  }

  async function write(request: Request & {type: "write"}): Promise<void> {
    writer.start(opened(), request);
    post({type: "writing"});
  }

  async function stop(writing: number): Promise<void> {
    writer.stop(writing);
    post({type: "stopped"});
  }

  function answer(request: Request): Promise<void> {
    switch (request.type) {
      case "open":
        return open(request);
      case "trace":
        return trace(request.ids, request.attention);
      case "score":
        return score(request.ids, request.batch);
      case "read":
        return read(request.reading, request.ids);
      case "forget":
        return forget(request.reading);
      case "write":
        return write(request);
      case "stop":
        return stop(request.writing);
      default:
        return keeper.answer(opened(), request);
    }
  }
  return answerInOrder(channel, answer, order);
}

import type {Channel} from "../inference/protocol.js";
import {answerInOrder} from "../inference/workerQueue.js";
import {FormatError} from "./formatError.js";
import {folderBytes, huggingFaceFolder} from "./huggingFace/huggingFaceFolder.js";
import {fromOnnx, rewriteOnnx, toOnnxParts} from "./onnx/onnx.js";
import type {WeightFormat} from "./onnx/onnxWeights.js";
import type {GivenFile, ImportedModel} from "./opening/importedModel.js";
import {type ImportedFacts, ImportedStore, type KeptModel, notKept} from "./opening/importedStore.js";
import {readModelFiles} from "./opening/readModelFiles.js";
import type {ExchangeProgress, Reply, Request} from "./protocol.js";
import {writeZip} from "./zip/zipWriter.js";

/** ms between two reports of progress. */
const PACE = 50;

/** The side of the worker that reads and writes models: answers requests in order. */
export function serveExchange(
  channel: Channel,
  store: Pick<ImportedStore, "write"> = new ImportedStore()
): (request: Request) => Promise<void> {
  const post = (reply: Reply) => channel.postMessage(reply, []);

  async function importModel(files: readonly GivenFile[]): Promise<void> {
    const tell = reporter(post, "Reading the model");
    const model = await readModelFiles(files, {onProgress: tell});
    const {parts, facts} = asOnnx(model);
    post({type: "progress", progress: {label: "Keeping the model", done: facts.bytes, total: facts.bytes}});
    let kept: KeptModel;
    let problem: string | null = null;
    try {
      kept = await store.write(facts, parts);
    } catch (error) {
      problem = notKept(error);
      kept = {facts, file: new Blob(parts)};
    }
    post({type: "imported", ...kept, problem});
  }

  async function zip(file: Blob): Promise<void> {
    const onnx = new Uint8Array(await file.arrayBuffer());
    const {config, parameters, metadata} = fromOnnx(onnx);
    const tell = reporter(post, "Packing the folder");
    const total = folderBytes({config, onnx});
    const folder = huggingFaceFolder({config, parameters, ...metadata, onnx});
    post({type: "zipped", zip: writeZip(folder, (done) => tell(Math.min(done, total), total))});
  }

  async function rewrite(file: Blob, weights: WeightFormat): Promise<void> {
    const onnx = new Uint8Array(await file.arrayBuffer());
    post({type: "stored", onnx: new Blob([rewriteOnnx(onnx, {weights})])});
  }

  return answerInOrder(channel, (request: Request) => {
    switch (request.type) {
      case "import":
        return importModel(request.files);
      case "zip":
        return zip(request.onnx);
      case "store":
        return rewrite(request.onnx, request.weights);
    }
  });
}

/** The model as the site's pages run it. */
function asOnnx({name, config, parameters, tokenizer, run, remarks}: ImportedModel) {
  const file = tokenizer.toJSON();
  let parts: Uint8Array<ArrayBuffer>[];
  try {
    parts = toOnnxParts({config, parameters, metadata: {tokenizer: file, run}});
  } catch (error) {
    throw new FormatError(`The model cannot be used. ${(error as Error).message}`);
  }
  const facts: ImportedFacts = {
    version: 1,
    name,
    config,
    tokenizer: file,
    corpus: run && {name: run.corpus.name, sha256: run.corpus.sha256},
    remarks,
    bytes: parts.reduce((sum, {length}) => sum + length, 0)
  };
  return {parts, facts};
}

/** Tells how far it is, not more often than is seen. */
function reporter(post: (reply: Reply) => void, label: string): (done: number, total: number) => void {
  let told = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    if (now - told < PACE && done < total) return;
    told = now;
    const progress: ExchangeProgress = {label, done: Math.round(done), total};
    post({type: "progress", progress});
  };
}

import {type WorkerLike, WorkerQueue} from "../inference/workerQueue.js";
import type {WeightFormat} from "./onnx/onnxWeights.js";
import type {GivenFile} from "./opening/importedModel.js";
import type {ExchangeProgress, Imported, Reply, Request} from "./protocol.js";

export interface ExchangeOptions {
  onProgress?: (progress: ExchangeProgress) => void;
  /** Ends the worker, and with it all that it has begun. */
  signal?: AbortSignal;
  /** For tests. */
  createWorker?: () => WorkerLike;
}

/**
 * Reads the model in files in a worker and keeps it for the site's pages. Rejects with FormatError where the files hold
 * none that can be used, and with the signal's reason; what was kept before stays then.
 */
export async function importModel(
  files: readonly GivenFile[],
  options: ExchangeOptions = {}
): Promise<Imported> {
  const {facts, file, problem} = await ask({type: "import", files: [...files]}, "imported", options);
  return {facts, file, problem};
}

/** A zip in Hugging Face's layout of an ONNX file of ours, made in a worker. Rejects as `importModel` does. */
export async function zipModel(onnx: Blob, options: ExchangeOptions = {}): Promise<Blob> {
  return (await ask({type: "zip", onnx}, "zipped", options)).zip;
}

/** The same model with its weights in another format, written in a worker. Rejects as `importModel` does. */
export async function storeModel(
  onnx: Blob,
  weights: WeightFormat,
  options: ExchangeOptions = {}
): Promise<Blob> {
  return (await ask({type: "store", onnx, weights}, "stored", options)).onnx;
}

async function ask<Type extends Reply["type"]>(
  request: Request,
  type: Type,
  {onProgress, signal, createWorker = startWorker}: ExchangeOptions
): Promise<Extract<Reply, {type: Type}>> {
  signal?.throwIfAborted();
  const queue = new WorkerQueue<Request, Reply>(createWorker(), {
    progress: ({progress}) => onProgress?.(progress)
  });
  try {
    return await queue.ask(request, type, signal);
  } finally {
    queue.dispose();
  }
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

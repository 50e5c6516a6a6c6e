import {type WorkerLike, WorkerQueue} from "../inference/workerQueue.js";
import type {ModelConfig} from "../model/config.js";
import type {Inspection, InspectOptions, Sensitivity} from "../model/tensorModel.js";
import type {InspectedModel, InspectionReply, InspectionRequest} from "./protocol.js";

/** A model whose every intermediate can be asked for. */
export interface Inspector {
  readonly config: ModelConfig;
  /**
   * One forward pass over 1 … blockSize ids; intermediates by name, as `Pass.tap` names them. Rejects with RangeError
   * for wrong ids or names, and with the signal's reason.
   */
  inspect(ids: ArrayLike<number>, options: InspectOptions & {signal?: AbortSignal}): Promise<Inspection>;
  /**
   * One pass forward and back: every layer's numbers and how the loss of the targets would change with them. Rejects with
   * RangeError for wrong ids, where there are not as many targets as ids, and for a model that counts.
   */
  sensitivity(
    ids: ArrayLike<number>,
    targets: ArrayLike<number>,
    options?: {signal?: AbortSignal}
  ): Promise<Sensitivity>;
  dispose(): void;
}

export interface InspectorOptions {
  /** Hears of the model's download. */
  onProgress?: (loadedBytes: number, totalBytes: number | null) => void;
  signal?: AbortSignal;
  /** For tests. */
  createWorker?: () => WorkerLike;
}

/** Opens a model of ours, given as its ONNX file's URL or bytes or as its parameters, in a worker of its own. Rejects as `openOnnxModelInWorker`. */
export async function openInspector(
  model: InspectedModel,
  {onProgress, signal, createWorker = startWorker}: InspectorOptions = {}
): Promise<Inspector> {
  signal?.throwIfAborted();
  const queue = new WorkerQueue<InspectionRequest, InspectionReply>(createWorker(), {
    progress: ({loadedBytes, totalBytes}) => onProgress?.(loadedBytes, totalBytes)
  });
  try {
    const url = typeof model === "string" ? new URL(model, globalThis.document?.baseURI).href : model;
    const {config} = await queue.ask({type: "open", model: url}, "opened", signal);
    return {
      config,
      async inspect(ids, {signal, ...options}) {
        const request = {type: "inspect", ids: Uint16Array.from(ids), ...options} as const;
        return (await queue.ask(request, "inspected", signal)).inspection;
      },
      async sensitivity(ids, targets, {signal} = {}) {
        const request = {
          type: "sensitivity",
          ids: Uint16Array.from(ids),
          targets: Uint16Array.from(targets)
        } as const;
        return (await queue.ask(request, "sensed", signal)).sensitivity;
      },
      dispose: () => queue.dispose()
    };
  } catch (error) {
    queue.dispose();
    throw error;
  }
}

const startWorker = (): WorkerLike => new Worker(import.meta.resolve("./worker.js"), {type: "module"});

import type {InferenceSession, Tensor} from "onnxruntime-web/wasm";

/**
 * The only file that knows ONNX Runtime Web (its plain wasm build, one thread: threads need headers that static
 * hosts do not send, and for models this small wasm beats its WebGPU provider). The runtime is loaded when the
 * first session opens.
 */
export type Ort = typeof import("onnxruntime-web/wasm");

let loading: Promise<Ort> | null = null;

/** Starts loading the runtime; `wasm` is the runtime's binary, which Node finds by itself. */
export function loadOrt(wasm?: () => Promise<ArrayBuffer>): Promise<Ort> {
  loading ??= start(wasm).catch((error) => {
    loading = null; // so that a failed download can be tried again
    throw error;
  });
  return loading;
}

async function start(wasm?: () => Promise<ArrayBuffer>): Promise<Ort> {
  const [ort, binary] = await Promise.all([import("onnxruntime-web/wasm"), wasm?.()]);
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  if (binary) ort.env.wasm.wasmBinary = binary;
  return ort;
}

/** A session on one ONNX file. Inputs are int64; outputs float32. */
export interface OrtSession {
  /** Runs the graph and returns the named outputs, row-major. */
  run(
    inputs: Record<string, {data: BigInt64Array; shape: number[]}>,
    outputs: string[]
  ): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** Opens a file for running. Rejects with an Error whose message is the runtime's own. */
export async function openOrtSession(ort: Ort, bytes: Uint8Array): Promise<OrtSession> {
  const session: InferenceSession = await ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all"
  });
  return {
    async run(inputs, outputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [name, {data, shape}] of Object.entries(inputs))
        feeds[name] = new ort.Tensor("int64", data, shape);
      const results = await session.run(feeds, outputs);
      const arrays: Record<string, Float32Array> = {};
      for (const name of outputs) {
        const tensor = results[name];
        if (tensor?.type !== "float32") throw new Error(`The model did not compute ${name}.`);
        arrays[name] = tensor.data as Float32Array;
        tensor.dispose();
      }
      return arrays;
    },
    dispose: () => session.release()
  };
}

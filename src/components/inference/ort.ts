import type {InferenceSession, Tensor} from "onnxruntime-web/wasm";

/**
 * The only file that knows ONNX Runtime Web, which is loaded when the first session opens. One thread: threads need
 * headers that static hosts do not send.
 */
export type Ort = typeof import("onnxruntime-web/wasm");
export type {Tensor} from "onnxruntime-web/wasm";

/** What computes: the processor, or the GPU. Each has a build of the runtime of its own. */
export type Provider = "wasm" | "webgpu";

const loading = new Map<Provider, Promise<Ort>>();

/** Starts loading the runtime; `binary` delivers the runtime's WebAssembly, which Node finds by itself. */
export function loadOrt(provider: Provider = "wasm", binary?: () => Promise<ArrayBuffer>): Promise<Ort> {
  let started = loading.get(provider);
  if (!started) {
    started = start(provider, binary).catch((error) => {
      loading.delete(provider); // so that a failed download can be tried again
      throw error;
    });
    loading.set(provider, started);
  }
  return started;
}

async function start(provider: Provider, binary?: () => Promise<ArrayBuffer>): Promise<Ort> {
  const build = provider === "wasm" ? import("onnxruntime-web/wasm") : import("onnxruntime-web/webgpu");
  const [ort, bytes] = await Promise.all([build as Promise<Ort>, binary?.()]);
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  if (bytes) ort.env.wasm.wasmBinary = bytes;
  return ort;
}

/** Named tensors, into a run or out of it. */
export type Tensors = Record<string, Tensor>;

/** A session on one ONNX file. */
export interface OrtSession {
  /** Runs the graph and returns the named outputs, which are the caller's to dispose of. */
  run(feeds: Tensors, outputs: readonly string[]): Promise<Tensors>;
  dispose(): Promise<void>;
}

export interface SessionOptions {
  provider?: Provider;
  /** Outputs that are only fed to a later run: with the GPU they stay there. */
  resident?: readonly string[];
}

/** Opens a file for running. Rejects with an Error whose message is the runtime's own. */
export async function openOrtSession(
  ort: Ort,
  bytes: Uint8Array,
  {provider = "wasm", resident = []}: SessionOptions = {}
): Promise<OrtSession> {
  const session: InferenceSession = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    // Errors only: it is no fault that a GPU leaves the arithmetic of shapes to the processor.
    logSeverityLevel: 3,
    // Else the runtime keeps int8 weights as they are, waiting for int8 inputs, and unpacks them anew in every run.
    extra: {session: {disable_quant_qdq: "1"}},
    ...(provider === "webgpu" && {
      preferredOutputLocation: Object.fromEntries(resident.map((name) => [name, "gpu-buffer" as const]))
    })
  });
  return {
    async run(feeds, outputs) {
      const results = await session.run(feeds, outputs as string[]);
      for (const name of outputs)
        if (results[name]?.type !== "float32") throw new Error(`The model did not compute ${name}.`);
      return results as Tensors;
    },
    dispose: () => session.release()
  };
}

/** The numbers of a float32 tensor, which is disposed of. */
export async function take(tensor: Tensor | undefined): Promise<Float32Array> {
  if (!tensor) throw new Error("The model did not compute what it was asked for.");
  const data = (await tensor.getData()) as Float32Array;
  tensor.dispose();
  return data;
}

import * as tf from "@tensorflow/tfjs-core";
import {flush, webgpuBackend} from "../../components/webgpu/backend.js";
import {onDeviceFailure} from "../../components/webgpu/deviceFailure.js";
import {type NodeBackendName, startNodeBackend} from "../nodeBackends.js";
import {choiceOption} from "./options.js";

/** Where a suite runs: the backend and, for WebGPU, whether its device computes or only costs the CPU what it costs. */
export interface Ground {
  backend: NodeBackendName;
  adapter: "auto" | "null";
}

export const groundOptions = {
  backend: {type: "string", default: "webgpu"},
  adapter: {type: "string", default: "auto"}
} as const;

export const groundHelp = {
  "backend webgpu|wasm|cpu": "where tensors live (webgpu)",
  "adapter auto|null":
    "null: Dawn's null adapter, which computes nothing, so that only the CPU-side cost remains"
};

/** Throws RangeError for an unknown name, and for the null adapter without WebGPU. */
export function readGround(values: Record<string, unknown>): Ground {
  const backend = choiceOption("backend", values.backend, ["webgpu", "wasm", "cpu"]);
  const adapter = choiceOption("adapter", values.adapter, ["auto", "null"]);
  if (adapter === "null" && backend !== "webgpu")
    throw new RangeError(`--adapter null is an adapter of WebGPU; --backend is ${backend}.`);
  return {backend, adapter};
}

/** A tfjs backend at work. */
export interface Engine {
  /** For people: "wasm", "webgpu (llvmpipe …)". */
  description: string;
  /** Resolves when all work that was issued is done. Rejects with Error where the device has refused some. */
  settle(): Promise<void>;
}

/** Starts the ground's backend and makes it the current one; on WebGPU with a device of its own. */
export async function startEngine({backend, adapter}: Ground): Promise<Engine> {
  const description = await startNodeBackend(backend, adapter === "null" ? ["backend=null"] : []);
  await tf.ready();
  const refusals: string[] = [];
  onDeviceFailure((message) => refusals.push(message.split("\n")[0]!));
  if (backend === "webgpu")
    // Dawn would print every command that follows a refused one.
    webgpuBackend().device.addEventListener("uncapturederror", (event) => event.preventDefault());
  return {
    description: adapter === "null" ? `${backend} (Dawn's null adapter)` : description,
    async settle() {
      if (backend === "webgpu") {
        const webgpu = webgpuBackend();
        flush(webgpu);
        await webgpu.queue.onSubmittedWorkDone();
      }
      if (refusals.length > 0)
        throw new Error(
          `The WebGPU device refused work, so nothing measured after it would mean anything: ${refusals[0]}` +
            (adapter === "null"
              ? " (The null adapter has 512 MB: less of --batch, --set blockSize=… or nEmbd=… may fit, and costs the CPU the same.)"
              : "")
        );
    }
  };
}

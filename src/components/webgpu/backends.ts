import * as tf from "@tensorflow/tfjs-core";
import {requestFullDevice} from "./device.js";

/** The engines that tensors can run on, by TensorFlow.js's names. */
export type BackendName = "webgpu" | "webgl" | "wasm" | "cpu";

/**
 * Loads one TensorFlow.js backend and makes it the current one. Only the code (and for wasm the binary) of
 * the backend asked for is fetched, from the site's own origin. Works on a page and in a worker; in Node,
 * `src/cli/nodeBackends.ts` takes its place where files or devices are found elsewhere.
 *
 * Throws Error, naming the backend, when this browser or machine cannot run it.
 */
export async function startBackend(name: BackendName): Promise<void> {
  await load(name);
  let started = false;
  let reason: unknown;
  try {
    started = await tf.setBackend(name);
    await tf.ready();
  } catch (error) {
    reason = error;
  }
  if (!started || tf.getBackend() !== name)
    throw new Error(`The ${name} backend could not start on this machine.`, {cause: reason});
}

async function load(name: BackendName): Promise<void> {
  switch (name) {
    case "webgpu":
      await loadWebgpu();
      return;
    case "webgl":
      await import("@tensorflow/tfjs-backend-webgl");
      return;
    case "wasm": {
      // The package's main file is for Node and its module leaves Node's `fs` in the site's bundle; this build does not.
      const {setWasmPaths} = await import("@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.fesm.min.js");
      // On a page that may use threads TensorFlow.js would take its build for them, whose memory our kernels cannot work
      // on. Without ours a step of the nanogpt-cpu preset takes 540 ms on one thread, and 200 of them are batched
      // products and passes over memory, which it does on one thread anyway; with ours all of it takes about 130.
      tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
      const simd = import.meta.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");
      setWasmPaths({
        "tfjs-backend-wasm.wasm": import.meta.resolve(
          "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"
        ),
        "tfjs-backend-wasm-simd.wasm": simd,
        // It insists on a path for each, and never takes this one.
        "tfjs-backend-wasm-threaded-simd.wasm": simd
      });
      return;
    }
    case "cpu":
      await import("@tensorflow/tfjs-backend-cpu");
      return;
  }
}

let isWebgpuLoaded = false;

/** The package registers a backend of its own, whose device lacks features and limits that our kernels use. */
async function loadWebgpu(): Promise<void> {
  const {WebGPUBackend} = await import("@tensorflow/tfjs-backend-webgpu");
  if (isWebgpuLoaded) return;
  isWebgpuLoaded = true;
  tf.removeBackend("webgpu");
  const start = async () => {
    const adapter = await navigator.gpu?.requestAdapter({powerPreference: "high-performance"});
    if (!adapter) throw new Error("This browser offers no WebGPU adapter.");
    return new WebGPUBackend(await requestFullDevice(adapter), adapter.info);
  };
  // The priority by which tfjs would choose it; ours is in chooseBackend.ts.
  tf.registerBackend("webgpu", start, 3);
}

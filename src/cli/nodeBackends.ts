import {createRequire} from "node:module";
import {dirname, sep} from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import {requestFullDevice} from "../components/webgpu/device.js";
import {startNodeWebgpu} from "./nodeWebgpu.js";

/** The backends that TensorFlow.js can run in Node; there is no WebGL here. */
export type NodeBackendName = "webgpu" | "wasm" | "cpu";

/**
 * What `startBackend` of src/components/webgpu/backends.ts is in the browser: loads one TensorFlow.js backend, here from
 * node_modules, and makes it the current one. Returns what computes, for people ("wasm", "webgpu (SwiftShader
 * driver 5.0.0)"). Throws Error when it cannot start; "webgpu" needs what `findNodeWebgpu` found in the
 * environment since the start of the process, and passes `dawnFlags` on to `startNodeWebgpu`; each call gives it a
 * device of its own, and what was on the one before is gone.
 */
export async function startNodeBackend(name: NodeBackendName, dawnFlags: string[] = []): Promise<string> {
  const description = await register(name, dawnFlags);
  if (!(await tf.setBackend(name))) throw new Error(`The ${name} backend could not start in Node.`);
  return description;
}

async function register(name: NodeBackendName, dawnFlags: string[]): Promise<string> {
  if (tf.findBackendFactory(name) !== null && name !== "webgpu") return name;
  switch (name) {
    case "cpu":
      await import("@tensorflow/tfjs-backend-cpu");
      return name;
    case "wasm": {
      const {setWasmPaths} = await import("@tensorflow/tfjs-backend-wasm");
      const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
      setWasmPaths(dirname(main) + sep);
      return name;
    }
    case "webgpu": {
      const {adapter, description} = await startNodeWebgpu(dawnFlags);
      const {WebGPUBackend} = await import("@tensorflow/tfjs-backend-webgpu");
      const device = await requestFullDevice(adapter);
      tf.removeBackend(name);
      tf.registerBackend(name, () => new WebGPUBackend(device, adapter.info), 3);
      return `${name} (${description})`;
    }
  }
}

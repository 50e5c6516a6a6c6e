import {type NodeBackendName, startNodeBackend} from "../src/cli/nodeBackends.js";

/** The backends on which numerical tests run: the definition, the one most readers without a GPU get, and the GPU. */
export const backendNames: NodeBackendName[] = ["cpu", "wasm", "webgpu"];

/** Makes a backend the current one; a test file on WebGPU needs the environment that the test runner prepared. */
export async function useBackend(name: NodeBackendName): Promise<string> {
  return startNodeBackend(name);
}

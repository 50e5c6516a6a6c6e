import {afterEach, expect} from "vitest";
import {type NodeBackendName, startNodeBackend} from "../src/cli/nodeBackends.js";
import {onDeviceFailure} from "../src/components/webgpu/deviceFailure.js";

/** The backends on which numerical tests run: the definition, the one most readers without a GPU get, and the GPU. */
export const backendNames: NodeBackendName[] = ["cpu", "wasm", "webgpu"];

const failures: string[] = [];

/** Makes a backend the current one; a command that a WebGPU device refuses fails the test that gave it. */
export async function useBackend(name: NodeBackendName): Promise<void> {
  await startNodeBackend(name);
  onDeviceFailure((message) => failures.push(message));
}

/**
 * Makes WebGPU on Dawn's null adapter the current backend: every allocation and submission is real and checked, no GPU
 * work is done, and whatever is read back is zeros.
 */
export async function useNullWebgpu(): Promise<void> {
  await startNodeBackend("webgpu", ["backend=null"]);
  onDeviceFailure((message) => failures.push(message));
}

afterEach(() => {
  expect(failures.splice(0), "commands that the WebGPU device refused").toEqual([]);
});

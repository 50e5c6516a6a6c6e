import type {TestProject} from "vitest/node";
import {findNodeWebgpu} from "../src/cli/nodeWebgpu.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Which WebGPU adapter Node's tests run on, for people; null, with the reason printed, when there is none. */
    webgpu: string | null;
  }
}

/**
 * Runs before the tests' processes start, because a Vulkan driver is found through LD_LIBRARY_PATH as a process
 * starts. Tests on WebGPU then call `startNodeBackend("webgpu")`; where no adapter was found, they fail.
 */
export default async function setup(project: TestProject): Promise<void> {
  try {
    const {env, description} = await findNodeWebgpu();
    Object.assign(process.env, env);
    project.provide("webgpu", description);
    console.log(`WebGPU in Node: ${description}`);
  } catch (error) {
    project.provide("webgpu", null);
    console.log(`WebGPU in Node: none. ${error instanceof Error ? error.message : error}`);
  }
}

import {execFile} from "node:child_process";
import {fileURLToPath} from "node:url";
import {promisify} from "node:util";
import {packageRunsHere, unpackSwiftshader} from "./chromiumPackage.js";

/**
 * WebGPU in Node: Dawn, Chromium's own implementation, from the npm package `webgpu`. On Linux it draws on a
 * Vulkan driver, which it finds through LD_LIBRARY_PATH as the process starts. So the choice is made in one
 * process (`findVulkan`) and used in those that it starts (`startNodeWebgpu`).
 */
export interface NodeAdapter {
  /** For people, e.g. "SwiftShader Device (LLVM 16), from the npm package @sparticuz/chromium". */
  description: string;
  /** Whether the "GPU" is a program on the CPU. */
  isSoftware: boolean;
  /** The variables that a process needs at its start to find the same adapter. */
  env: Record<string, string>;
}

/**
 * The best adapter to be had: a real GPU or a software Vulkan that this system brings (Mesa's lavapipe, when
 * Dawn accepts its version), else SwiftShader from npm, which WEBGPU=npm asks for outright. Throws Error, with
 * every reason, when there is none.
 */
export async function findNodeWebgpu(): Promise<NodeAdapter> {
  const reasons: string[] = [];
  if (process.env.WEBGPU !== "npm") {
    const found = await probe({});
    if ("isSoftware" in found)
      return {...found, description: `${found.description}, installed on this system`, env: {}};
    reasons.push(`this system's own: ${found.reason}`);
  }
  if (packageRunsHere) {
    const {libraries, driver} = await unpackSwiftshader();
    const env = {LD_LIBRARY_PATH: libraries, VK_ICD_FILENAMES: driver};
    const found = await probe(env);
    if ("isSoftware" in found)
      return {...found, description: `${found.description}, from the npm package @sparticuz/chromium`, env};
    reasons.push(`SwiftShader from npm: ${found.reason}`);
  }
  throw new Error(`Node found no WebGPU adapter here (${reasons.join("; ")}).`);
}

/**
 * Puts WebGPU's classes and `navigator.gpu` into this process, which must have been started with the variables
 * that `findNodeWebgpu` returned. `flags` go to Dawn: ["backend=null"] runs no GPU work and so measures what a
 * step costs the CPU. Throws Error when there is no adapter.
 */
export async function startNodeWebgpu(flags: string[] = []): Promise<{
  gpu: GPU;
  adapter: GPUAdapter;
  description: string;
  isSoftware: boolean;
}> {
  const {create, globals} = await import("webgpu");
  Object.assign(globalThis, globals);
  const gpu = create(flags);
  Object.defineProperty(globalThis.navigator ?? defineNavigator(), "gpu", {value: gpu, configurable: true});
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("Dawn found no WebGPU adapter in this process.");
  return {gpu, adapter, ...describe(adapter.info)};
}

/** Node 20 has no `navigator`; Dawn's process-wide instance needs a place where libraries look for it. */
function defineNavigator(): object {
  const navigator = {userAgent: `Node.js/${process.versions.node}`};
  Object.defineProperty(globalThis, "navigator", {value: navigator, configurable: true});
  return navigator;
}

function describe(info: Pick<GPUAdapterInfo, "description" | "vendor" | "device" | "isFallbackAdapter">): {
  description: string;
  isSoftware: boolean;
} {
  const description =
    info.description || [info.vendor, info.device].filter(Boolean).join(" ") || "unnamed adapter";
  return {
    description,
    isSoftware: info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|warp|basic render/i.test(description)
  };
}

/** Asks a fresh process, with these variables, which adapter it gets. A driver that crashes takes only that one down. */
async function probe(
  env: Record<string, string>
): Promise<{description: string; isSoftware: boolean} | {reason: string}> {
  const program = `
    import {create, globals} from "webgpu";
    Object.assign(globalThis, globals);
    const adapter = await create([]).requestAdapter();
    const {vendor, device, description, isFallbackAdapter} = adapter?.info ?? {};
    console.log(JSON.stringify(adapter && {vendor, device, description, isFallbackAdapter}));
    process.exit(0);`;
  try {
    const {stdout} = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      env: {...process.env, ...env},
      timeout: 60_000
    });
    const info = JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as GPUAdapterInfo | null;
    return info ? describe(info) : {reason: "Dawn accepts no adapter"};
  } catch (error) {
    return {
      reason: error instanceof Error ? (error.message.split("\n").at(-1) ?? error.message) : String(error)
    };
  }
}

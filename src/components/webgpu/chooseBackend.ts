import * as tf from "@tensorflow/tfjs-core";
import {setKernels} from "../ops/webgpu/kernels.js";
import {webgpuBackend} from "./backend.js";
import {type BackendName, startBackend} from "./backends.js";
import type {WantedBackend} from "./wantedBackend.js";

export interface BackendChoice {
  name: BackendName;
  /** For people: "WebGPU (apple, metal-3)". */
  adapter: string;
  /** Why this one, in a sentence. */
  reason: string;
  /** Whether our kernels are turned off. */
  isStock?: boolean;
}

export interface AdapterDescription {
  description: string;
  /** Drawn by the processor: real WebGPU, but slower than wasm on the same processor. */
  isSoftware: boolean;
}

/** What choosing needs to know of the machine; injected so that the choice can be tested. */
export interface Machine {
  webgpuAdapter(): Promise<AdapterDescription | null>;
  start(name: BackendName): Promise<void>;
  /** Milliseconds of a small piece of training work on the current backend. */
  measure(): Promise<number>;
}

const label: Record<BackendName, string> = {
  webgpu: "WebGPU",
  webgl: "WebGL",
  wasm: "WebAssembly",
  cpu: "plain JavaScript"
};

/**
 * Starts the backend asked for, or for "auto" the best that this machine runs: WebGPU on a real adapter, else the
 * faster of WebGL and WebAssembly by measurement, else plain JavaScript. Throws Error when a backend that was
 * asked for by name cannot start; nothing else is tried then. Turns our WebGPU kernels on, or for "webgpu-stock" off.
 */
export async function chooseBackend(
  wanted: WantedBackend,
  machine: Machine = thisMachine
): Promise<BackendChoice> {
  if (wanted === "webgpu-stock") {
    const choice = await chooseBackend("webgpu", machine);
    setKernels(false);
    return {...choice, adapter: `${choice.adapter}, TensorFlow.js’s own operations`, isStock: true};
  }
  setKernels(true);
  // A browser that cannot even ask for an adapter has none to offer.
  const adapter =
    wanted === "auto" || wanted === "webgpu" ? await machine.webgpuAdapter().catch(() => null) : null;
  if (wanted !== "auto") {
    await machine.start(wanted);
    return {name: wanted, adapter: describe(wanted, adapter), reason: "You chose it."};
  }

  let whyNotWebGPU = "this browser offers no WebGPU adapter";
  if (adapter && !adapter.isSoftware) {
    try {
      await machine.start("webgpu");
      return {
        name: "webgpu",
        adapter: describe("webgpu", adapter),
        reason: "This machine has a GPU that WebGPU can use."
      };
    } catch {
      whyNotWebGPU = `the WebGPU adapter (${adapter.description}) did not start`;
    }
  } else if (adapter) {
    whyNotWebGPU = `the WebGPU adapter (${adapter.description}) is software, which WebAssembly outruns`;
  }

  const wasm = await timeOf(machine, "wasm");
  const webgl = await timeOf(machine, "webgl");
  if (webgl !== null && (wasm === null || webgl < wasm)) {
    // WebGL was measured last and is running.
    const measured =
      wasm === null
        ? "WebAssembly did not start"
        : `it was measured ${ratio(wasm, webgl)} as fast as WebAssembly`;
    return {name: "webgl", adapter: label.webgl, reason: `${sentence(whyNotWebGPU)}, and ${measured}.`};
  }
  if (wasm !== null) {
    await machine.start("wasm");
    const measured =
      webgl === null ? "WebGL is not available" : `it was measured ${ratio(webgl, wasm)} as fast as WebGL`;
    return {name: "wasm", adapter: label.wasm, reason: `${sentence(whyNotWebGPU)}, and ${measured}.`};
  }
  await machine.start("cpu");
  return {
    name: "cpu",
    adapter: label.cpu,
    reason: `${sentence(whyNotWebGPU)}, and neither WebGL nor WebAssembly started. Training will be slow.`
  };
}

const describe = (name: BackendName, adapter: AdapterDescription | null) =>
  name === "webgpu" && adapter ? `${label.webgpu} (${adapter.description})` : label[name];
const sentence = (clause: string) => clause[0]!.toUpperCase() + clause.slice(1);
const ratio = (slow: number, fast: number) => `${(slow / fast).toFixed(1)} times`;

async function timeOf(machine: Machine, name: BackendName): Promise<number | null> {
  try {
    await machine.start(name);
    return await machine.measure();
  } catch {
    return null;
  }
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i;

/** Whether tfjs's current backend is WebGPU on an adapter that is software, whose kernels want to be cut otherwise. */
export function isOnSoftware(): boolean {
  const {adapterInfo} = webgpuBackend().device;
  return adapterInfo ? describeAdapter(adapterInfo).isSoftware : false;
}

/** Names an adapter for people, and tells whether it is software. */
export function describeAdapter(info: GPUAdapterInfo): AdapterDescription {
  const words = [info.vendor, info.architecture, info.device, info.description].filter(Boolean);
  const description = [...new Set(words)].join(", ") || "unnamed adapter";
  return {description, isSoftware: info.isFallbackAdapter === true || SOFTWARE.test(description)};
}

const thisMachine: Machine = {
  async webgpuAdapter() {
    const adapter = await globalThis.navigator?.gpu?.requestAdapter({powerPreference: "high-performance"});
    return adapter ? describeAdapter(adapter.info) : null;
  },
  start: startBackend,
  measure: measureCurrentBackend
};

/** Best of three rounds of a feed-forward layer's products and bends, read back; the first round only warms up. */
async function measureCurrentBackend(): Promise<number> {
  if (tf.getBackend() === "webgl" && !tf.env().getBool("WEBGL_RENDER_FLOAT32_CAPABLE"))
    throw new Error("WebGL has only 16-bit floats here, too coarse for training.");
  const rounds: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    const result = tf.tidy(() => {
      const x: tf.Tensor2D = tf.ones([768, 128]);
      const up: tf.Tensor2D = tf.fill([128, 512], 0.01);
      const down: tf.Tensor2D = tf.fill([512, 128], 0.01);
      let y = x;
      for (let layer = 0; layer < 4; layer++) y = tf.matMul(tf.sigmoid(tf.matMul(y, up)), down);
      return tf.sum(y);
    });
    await result.data();
    result.dispose();
    if (round > 0) rounds.push(performance.now() - start);
  }
  return Math.min(...rounds);
}

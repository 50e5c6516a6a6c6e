import type {BackendName} from "./backends.js";

/**
 * What may be asked for: an engine, the best of them, or WebGPU with TensorFlow.js's own operations in place of our
 * kernels, to compare.
 */
export type WantedBackend = BackendName | "auto" | "webgpu-stock";

/** What to ask for to get the same engine again. */
export const wantedAgain = ({name, isStock}: {name: BackendName; isStock?: boolean}): WantedBackend =>
  isStock ? "webgpu-stock" : name;

/**
 * The engine in the words that name it for people ("WebGPU (apple, metal-3)", "wasm"), on a page or in Node; null
 * where they name none.
 */
export function engineNamed(adapter: string): Exclude<WantedBackend, "auto"> | null {
  if (/^webgpu\b/i.test(adapter)) return /own operations$/.test(adapter) ? "webgpu-stock" : "webgpu";
  if (/^webgl\b/i.test(adapter)) return "webgl";
  if (/^(webassembly|wasm)\b/i.test(adapter)) return "wasm";
  return /^(plain JavaScript|cpu)\b/i.test(adapter) ? "cpu" : null;
}

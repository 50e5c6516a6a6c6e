import type {BackendName} from "./backends.js";

/**
 * What may be asked for: an engine, the best of them, or WebGPU with TensorFlow.js's own operations in place of our
 * kernels, to compare.
 */
export type WantedBackend = BackendName | "auto" | "webgpu-stock";

/** What to ask for to get the same engine again. */
export const wantedAgain = ({name, isStock}: {name: BackendName; isStock?: boolean}): WantedBackend =>
  isStock ? "webgpu-stock" : name;

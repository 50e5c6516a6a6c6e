/**
 * Whose kernels compute: "none" are ours, and every op is the composition of tfjs's own that defines it; or ours for
 * that engine, which do several of those operations at once and keep less between the passes.
 */
export type KernelSet = (typeof kernelSets)[number];

export const kernelSets = ["none", "wasm", "webgpu"] as const;

/** What decides whether kernels do the whole of attention at once. */
export interface AttentionKind {
  /** Heads of queries, and of keys and values. */
  nHead: number;
  nKvHead: number;
  /** Numbers in a vector of a head. */
  headSize: number;
  hasPadding: boolean;
  hasRotary: boolean;
}

/** Longer vectors of a head do not fit in the registers of a GPU's thread. */
export const MOST_HEAD_SIZE = 256;

/** Whether such attention runs on these kernels, which keep no weights; else it is done step by step, which does. */
export function isFusedAttention(kernels: KernelSet, kind: AttentionKind): boolean {
  if (kernels === "webgpu") return kind.headSize <= MOST_HEAD_SIZE;
  return kernels === "wasm" && kind.nHead === kind.nKvHead && !kind.hasPadding && !kind.hasRotary;
}

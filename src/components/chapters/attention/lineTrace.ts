import type {ModelConfig} from "../../model/config.js";
import {alibiSlopes} from "../../model/positionTables.js";
import type {Inspection} from "../../model/tensorModel.js";

/** What the heads of one layer compute of a line before they attend. Row-major, T tokens. */
export interface LayerTrace {
  /** [T, C], what the layer's attention reads. */
  input: Float32Array;
  /** [H, T, D] */
  q: Float32Array;
  /** [K, T, D]; K = H unless heads share keys and values. */
  k: Float32Array;
  v: Float32Array;
}

/** A line as every layer's attention meets it. */
export interface LineTrace {
  /** The T tokens. */
  tokens: readonly string[];
  model: TracedModel;
  layers: readonly LayerTrace[];
}

/** The fields of a model that its attention depends on. */
export type TracedModel = Pick<
  ModelConfig,
  "nLayer" | "nHead" | "nKvHead" | "nEmbd" | "causal" | "norm" | "normPlacement" | "position"
>;

/** One head's part of it. */
export interface HeadMatrices {
  tokens: readonly string[];
  model: TracedModel;
  layer: number;
  head: number;
  /** [T, C] */
  input: Float32Array;
  /** [T, D] each */
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  /** D */
  headWidth: number;
  /** ALiBi: what is taken off a score for every step of distance; 0 otherwise. */
  slope: number;
}

const STEPS = ["input", "q", "k", "v"] as const;
const name = (layer: number, step: string) => `transformer.h.${layer}.attn.${step}`;

/** The intermediates to ask an inspection for. */
export function traceNames({nLayer}: TracedModel): string[] {
  return Array.from({length: nLayer}, (_, layer) => STEPS.map((step) => name(layer, step))).flat();
}

/** Puts an inspection of `traceNames` together. */
export function lineTrace(inspection: Inspection, tokens: readonly string[], model: TracedModel): LineTrace {
  const {nLayer, nHead, nKvHead, nEmbd, causal, norm, normPlacement, position} = model;
  const layers = Array.from({length: nLayer}, (_, layer) => {
    const [input, q, k, v] = STEPS.map((step) => inspection[name(layer, step)]!.data);
    return {input: input!, q: q!, k: k!, v: v!};
  });
  return {
    tokens,
    model: {nLayer, nHead, nKvHead, nEmbd, causal, norm, normPlacement, position},
    layers
  };
}

/** One head of a trace; heads that share keys and values share the arrays. */
export function headMatrices({tokens, model, layers}: LineTrace, layer: number, head: number): HeadMatrices {
  const {nHead: H, nKvHead: K, nEmbd: C} = model;
  const size = (tokens.length * C) / H;
  const part = (data: Float32Array, i: number) => data.subarray(i * size, (i + 1) * size);
  const {input, q, k, v} = layers[layer]!;
  const shared = Math.floor(head / (H / K));
  return {
    tokens,
    model,
    layer,
    head,
    input,
    q: part(q, head),
    k: part(k, shared),
    v: part(v, shared),
    headWidth: C / H,
    slope: alibiSlopes(model)?.[head] ?? 0
  };
}

import {
  checkSamplingOptions,
  entropy,
  keepMinP,
  keepTopK,
  keepTopP,
  type SamplingOptions,
  softmax
} from "../../generation/distribution.js";
import {rank} from "../../generation/rank.js";

/** What can be done to a distribution before a token is drawn from it. */
export type Step = "temperature" | "topK" | "topP" | "minP";

export const STEP_NAMES: Record<Step, string> = {
  temperature: "temperature",
  topK: "top-k",
  topP: "top-p",
  minP: "min-p"
};

/** The order of `distribution`, which is that of Hugging Face's transformers. */
export const SITE_ORDER: readonly Step[] = ["temperature", "topK", "topP", "minP"];

/** llama.cpp's order: it cuts by the model's own probabilities, and tempers what is left. */
export const TEMPERATURE_LAST: readonly Step[] = ["topK", "topP", "minP", "temperature"];

/** What a distribution is after one step. */
export interface Stage {
  step: Step;
  /** The best tokens that are left. */
  kept: number;
  /** What the tokens that this step cut held, of the whole distribution as it was when they were cut. */
  removed: number;
  /** −Σ p ln p of what is left, scaled to sum to 1, in nats. */
  entropy: number;
}

export interface Filtered {
  stages: Stage[];
  /** By id, of the model itself. */
  own: Float64Array;
  /** By id, under the temperature, wherever that comes; nothing is cut here. */
  tempered: Float64Array;
  /** By id: what a token is drawn from. Sums to 1. */
  probabilities: Float64Array;
  /** Every id, most probable first. */
  ids: Uint16Array;
  kept: number;
}

/**
 * Takes the steps in any order. No step changes which of two tokens is the more probable, so what is left is always
 * the beginning of one ranking. In `SITE_ORDER` it is exactly `distribution`. Throws RangeError as that does.
 */
export function filterInOrder(
  logits: Float32Array,
  options: SamplingOptions,
  order: readonly Step[] = SITE_ORDER,
  ids: Uint16Array = rank(logits)
): Filtered {
  checkSamplingOptions(options, logits.length);
  const own = softmax(logits, 1, ids[0]!);
  const tempered = softmax(logits, options.temperature, ids[0]!);
  let [p, kept] = [own, ids.length];
  const stages = order.map((step): Stage => {
    const before = kept;
    if (step === "temperature") {
      p = tempered;
      if (options.temperature === 0) kept = 1;
    } else if (step === "topK") kept = keepTopK(kept, options.topK);
    else if (step === "topP") kept = keepTopP(p, ids, kept, options.topP);
    else kept = keepMinP(p, ids, kept, options.minP ?? 0);
    return {
      step,
      kept,
      removed: massOf(p, ids.subarray(kept, before)),
      entropy: entropy(scaled(p, ids, kept))
    };
  });
  return {stages, own, tempered, probabilities: scaled(p, ids, kept), ids, kept};
}

/** Summed from the smallest, since what is cut is small. */
function massOf(p: Float64Array, ids: Uint16Array): number {
  let mass = 0;
  for (let i = ids.length - 1; i >= 0; i--) mass += p[ids[i]!]!;
  return mass;
}

/** The first `kept` of a ranking, scaled to sum to 1; the others are 0. */
function scaled(p: Float64Array, ids: Uint16Array, kept: number): Float64Array {
  let mass = 0;
  for (let i = 0; i < kept; i++) mass += p[ids[i]!]!;
  const out = new Float64Array(p.length);
  for (let i = 0; i < kept; i++) out[ids[i]!] = p[ids[i]!]! / mass;
  return out;
}

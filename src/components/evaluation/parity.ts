import type {LanguageModel} from "../inference/languageModel.js";

/** A prompt and the logits [T, V] that one implementation gave for it. */
export interface ParityCheck {
  ids: Uint16Array;
  logits: Float32Array;
}

export interface Parity {
  /** Largest |Δlogit| over all prompts, positions and tokens. */
  largestDifference: number;
  /** Largest |logit| of the reference: what the difference is to be measured against. */
  scale: number;
  /** Numbers compared. */
  count: number;
}

/**
 * Of the largest score, at any size of it. A float32 model summed in another order differs in about the sixth
 * digit; more than this is another model.
 */
export const PARITY_TOLERANCE = 1e-4;

/** Compares a model with recorded logits. Rejects with RangeError when the shapes differ, and where the model does. */
export async function measureParity(model: LanguageModel, checks: readonly ParityCheck[]): Promise<Parity> {
  const parity: Parity = {largestDifference: 0, scale: 0, count: 0};
  for (const {ids, logits: expected} of checks) {
    const {logits} = await model.trace(ids);
    if (logits.length !== expected.length)
      throw new RangeError(
        `The models answer with ${logits.length} and ${expected.length} scores; they must be the same.`
      );
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs(logits[i]! - expected[i]!);
      // Written so that a NaN on either side counts as the worst.
      if (!(difference <= parity.largestDifference))
        parity.largestDifference = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      parity.scale = Math.max(parity.scale, Math.abs(expected[i]!));
    }
    parity.count += expected.length;
  }
  return parity;
}

/** Whether both are the same model, as far as float32 can tell. Never where either gave a score that is not finite. */
export const agrees = ({largestDifference, scale}: Parity): boolean =>
  Number.isFinite(scale) && largestDifference <= PARITY_TOLERANCE * scale;

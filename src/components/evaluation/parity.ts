import {generate} from "../generation/generate.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {charactersOf, GREEDY, meanNats, type ParityOptions, type ParityRecord} from "./parityRecord.js";

/** How two implementations of a model differ. */
export interface Parity {
  logits: {
    /** Largest |Δlogit| over all prompts, positions and tokens. */
    largestDifference: number;
    /** Largest |logit| of the reference: what the difference is to be measured against. */
    scale: number;
    /** Numbers compared. */
    count: number;
  };
  /** What both write when the likeliest token is taken each time; null where the model does not write. */
  greedy: {
    /** Characters of the reference's text, and how many of them are the same from the beginning on. */
    characters: number;
    same: number;
    /** Whether at the first token that differs the two likeliest were equal, as far as float32 can tell. */
    isTie: boolean;
  } | null;
  perplexity: {reference: number; measured: number; tokens: number};
}

/**
 * Of the largest score, at any size of it. A float32 model summed in another order differs in about the sixth
 * digit; more than this is another model.
 */
export const PARITY_TOLERANCE = 1e-4;
/** Of the perplexity: what scores within their own tolerance can change it by is less, as most differ by far less. */
export const PERPLEXITY_TOLERANCE = 1e-4;

/**
 * Compares a model with what another implementation of it has recorded. Rejects with RangeError when the shapes
 * differ, where the model does, and with the signal's reason.
 */
export async function measureParity(
  model: LanguageModel,
  {windows, greedy, heldOut}: ParityRecord,
  {signal, onProgress}: ParityOptions = {}
): Promise<Parity> {
  const inWindows = windows.reduce((sum, {ids}) => sum + ids.length, 0);
  const toWrite = greedy?.tokens.length ?? 0;
  const total = inWindows + toWrite + heldOut.ids.length - 1;
  const from = (before: number) => ({
    onProgress: (done: number) => onProgress?.(before + done, total),
    ...(signal && {signal})
  });
  return {
    logits: await compareLogits(model, windows, from(0)),
    greedy: greedy && (await compareGreedy(model, greedy, from(inWindows))),
    perplexity: {
      reference: Math.exp(heldOut.nats),
      measured: Math.exp(await nats(model, heldOut.ids, from(inWindows + toWrite))),
      tokens: heldOut.ids.length - 1
    }
  };
}

/** As `meanNats`; NaN where a score is none, which agrees with nothing. */
async function nats(model: LanguageModel, ids: Uint16Array, options: ParityOptions): Promise<number> {
  try {
    return await meanNats(model, ids, options);
  } catch (error) {
    if (error instanceof RangeError) return Number.NaN;
    throw error;
  }
}

async function compareLogits(
  model: LanguageModel,
  windows: ParityRecord["windows"],
  {signal, onProgress}: ParityOptions
): Promise<Parity["logits"]> {
  const found = {largestDifference: 0, scale: 0, count: 0};
  let read = 0;
  for (const {ids, logits: expected} of windows) {
    const {logits} = await model.trace(ids, signal && {signal});
    if (logits.length !== expected.length)
      throw new RangeError(
        `The models answer with ${logits.length} and ${expected.length} scores; they must be the same.`
      );
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs(logits[i]! - expected[i]!);
      // Written so that a NaN on either side counts as the worst.
      if (!(difference <= found.largestDifference))
        found.largestDifference = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      found.scale = Math.max(found.scale, Math.abs(expected[i]!));
    }
    found.count += expected.length;
    read += ids.length;
    onProgress?.(read, read);
  }
  return found;
}

async function compareGreedy(
  model: LanguageModel,
  {prompt, tokens, leads}: NonNullable<ParityRecord["greedy"]>,
  {signal, onProgress}: ParityOptions
): Promise<NonNullable<Parity["greedy"]>> {
  const written: number[] = [];
  const settings = {options: GREEDY, seed: 0, steps: tokens.length, ...(signal && {signal})};
  try {
    for await (const {id} of generate(model, prompt, settings)) {
      written.push(id);
      onProgress?.(written.length, tokens.length);
    }
  } catch (error) {
    // A score that is none ends the text: what is missing of it is not the same.
    if (!(error instanceof RangeError)) throw error;
  }
  const [expected, actual] = [charactersOf(model, tokens), charactersOf(model, written)];
  const common = (a: ArrayLike<unknown>, b: ArrayLike<unknown>) => {
    let i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return i;
  };
  const first = common(tokens, written);
  // Each of the two scores may be off by the tolerance.
  const isTie = first < written.length && leads[first]! <= 2 * PARITY_TOLERANCE;
  return {characters: expected.length, same: common(expected, actual), isTie};
}

/** Which of the comparisons both pass as the same model, as far as float32 can tell; never where a score is not finite. */
export interface Agreement {
  logits: boolean;
  greedy: boolean;
  perplexity: boolean;
}

export function agreement({logits, greedy, perplexity}: Parity): Agreement {
  const {scale, largestDifference} = logits;
  const {reference, measured} = perplexity;
  return {
    logits: Number.isFinite(scale) && largestDifference <= PARITY_TOLERANCE * scale,
    greedy: greedy === null || greedy.same === greedy.characters || greedy.isTie,
    perplexity: Number.isFinite(reference) && Math.abs(measured / reference - 1) <= PERPLEXITY_TOLERANCE
  };
}

export const agrees = (parity: Parity): boolean => Object.values(agreement(parity)).every(Boolean);

import {
  checkSamplingOptions,
  countKept,
  type Distribution,
  distribution,
  PLAIN,
  type SamplingOptions,
  softmax
} from "../generation/distribution.js";
import {rank} from "../generation/rank.js";
import {windowStart} from "../generation/window.js";
import type {LanguageModel} from "../inference/languageModel.js";
import type {TokenUnit} from "../text/tokenizer.js";
import {nextTask} from "../training/nextTask.js";
import type {CutText} from "./cutText.js";

/** The scores of a text of N tokens: each token but the first, which nothing precedes, is predicted. */
export interface TextScores {
  /** [N] */
  ids: Uint16Array;
  vocabSize: number;
  /** [N − 1, V], row-major: row i holds the scores for token i + 1. */
  logits: Float32Array;
  /** [N − 1, V]: `rank` of each row. */
  ranks: Uint16Array;
  /** [N − 1]: characters (code points) in token i + 1; parts of one where tokens share it. */
  characters: Float64Array;
}

/** How surprised a model is by a text, under one set of options. */
export interface Surprise {
  /** [N − 1], in nats: −ln p of token i + 1; Infinity where the options cut it to probability zero. */
  nats: Float64Array;
  /** How many tokens were cut to zero; with any, the perplexity of the whole text is infinite. */
  cut: number;
  infinite: boolean;
  /** Over the tokens that were not cut; null when all were. */
  kept: {
    /** Nats a token: the cross-entropy. */
    meanNats: number;
    /** exp(meanNats). */
    perplexity: number;
    /** Nats of all, divided by ln 2 and by their characters: what compares across tokenizers. */
    bitsPerCharacter: number;
  } | null;
}

/** ms of ranking after which others get their turn: in a vocabulary of 50,000 a long text takes half a second. */
const TURN = 20;
const MAX_TOKENS = 20_000;
/** Scores in memory: 128 MiB of float32, and half as much for the ranks. */
const MAX_SCORES = 2 ** 25;

/** The longest text, in tokens, whose scores are kept for a vocabulary of this size. */
export const scoredTokenLimit = (vocabSize: number): number =>
  Math.min(MAX_TOKENS, Math.floor(MAX_SCORES / vocabSize) + 1);

/**
 * Runs the model over a text and keeps the scores of every token. A text longer than the context is read in
 * windows that move on by half a context (`windowStart`), so each token past the first window is predicted
 * from at least half a context, and each has the probability that `generate` would give it. Not so in a model
 * without a causal mask: it sees each token, and those after it, while it scores it.
 * `onProgress` hears how many tokens of how many are scored.
 * Rejects with RangeError when the text is shorter than two tokens or too long to keep (`scoredTokenLimit`),
 * and with the signal's reason when it aborts.
 */
export async function scoreText(
  model: LanguageModel,
  text: Pick<CutText, "ids" | "characters">,
  {signal, onProgress}: {signal?: AbortSignal; onProgress?: (done: number, total: number) => void} = {}
): Promise<TextScores> {
  const {vocabSize: V} = model.config;
  const {ids: all} = text;
  const total = all.length - 1;
  const windows = windowsOver(model, all);
  const logits = new Float32Array(total * V);
  const ranks = new Uint16Array(total * V);
  let turn = performance.now();
  for (const {start, end, from} of windows) {
    signal?.throwIfAborted();
    const trace = await model.trace(all.subarray(start, end), signal ? {signal} : {});
    logits.set(trace.logits.subarray((from - 1 - start) * V, (end - start) * V), (from - 1) * V);
    for (let position = from; position <= end; position++) {
      const row = (position - 1) * V;
      ranks.set(rank(logits.subarray(row, row + V)), row);
      if (performance.now() - turn < TURN) continue;
      await nextTask();
      signal?.throwIfAborted();
      turn = performance.now();
    }
    onProgress?.(end, total);
  }
  return {ids: all, vocabSize: V, logits, ranks, characters: text.characters.subarray(1)};
}

/** A scored text whose scores stay with the model. */
export interface KeptText {
  /** As `surprise`. Rejects with RangeError as that throws, and with the signal's reason. */
  surprise(options?: SamplingOptions, signal?: AbortSignal): Promise<Surprise>;
  dispose(): void;
}

/**
 * The same as `scoreText` for a model that keeps the scores itself (`LanguageModel.keeping`): of a wide vocabulary they are
 * too many to be sent, and to go through them takes a page's thread too long. Rejects as `scoreText` does.
 */
export async function keepText(
  model: Pick<LanguageModel, "config" | "tokenizer"> & Required<Pick<LanguageModel, "keeping">>,
  {ids, characters}: Pick<CutText, "ids" | "characters">,
  {signal, onProgress}: {signal?: AbortSignal; onProgress?: (done: number, total: number) => void} = {}
): Promise<KeptText> {
  const windows = windowsOver(model, ids);
  const kept = model.keeping();
  try {
    for (const {start, end, from} of windows) {
      signal?.throwIfAborted();
      await kept.read(ids.subarray(start, end), ids.subarray(from, end + 1), signal ? {signal} : {});
      onProgress?.(end, ids.length - 1);
    }
  } catch (error) {
    kept.dispose();
    throw error;
  }
  return {
    async surprise(options = PLAIN, signal) {
      checkSamplingOptions(options, model.config.vocabSize);
      return summed(await kept.nats(options, signal ? {signal} : {}), characters.subarray(1));
    },
    dispose: () => kept.dispose()
  };
}

/** A pass over tokens start … end − 1 of a text; its predictions count from token `from` on. */
interface PassageWindow {
  start: number;
  end: number;
  from: number;
}

/** The windows of `scoreText`. Throws RangeError for a text that is too short or too long. */
function windowsOver(
  {config: {blockSize, vocabSize}, tokenizer}: Pick<LanguageModel, "config" | "tokenizer">,
  ids: Uint16Array
): PassageWindow[] {
  checkLength(ids.length, vocabSize, tokenizer.unit);
  const total = ids.length - 1;
  const windows: PassageWindow[] = [];
  for (let from = 1; from <= total; ) {
    const start = windowStart(from, blockSize);
    const end = Math.min(start + blockSize, total);
    windows.push({start, end, from});
    from = end + 1;
  }
  return windows;
}

/** The distribution that token i + 1 of a scored text was met with. */
export function predictionAt(scores: TextScores, i: number, options: SamplingOptions = PLAIN): Distribution {
  const {logits, ranks, vocabSize: V} = scores;
  return distribution(logits.subarray(i * V, (i + 1) * V), options, ranks.subarray(i * V, (i + 1) * V));
}

/**
 * The surprise of a scored text under the given options, without running the model: one exponential for each
 * score, and no memory but the answer's, so that thousands of tokens are measured between two frames.
 * Throws RangeError as `checkSamplingOptions` does.
 */
export function surprise(scores: TextScores, options: SamplingOptions = PLAIN): Surprise {
  checkSamplingOptions(options, scores.vocabSize);
  const {ids, logits, ranks, vocabSize: V} = scores;
  const nats = new Float64Array(ids.length - 1);
  const tempered = new Float64Array(V);
  for (let i = 0; i < nats.length; i++) {
    const row = [i * V, (i + 1) * V] as const;
    nats[i] = negativeLog(ids[i + 1]!, logits.subarray(...row), ranks.subarray(...row), options, tempered);
  }
  return summed(nats, scores.characters);
}

/** Both [N − 1]: −ln p and characters of the tokens. */
function summed(nats: Float64Array, characters: Float64Array): Surprise {
  let [cut, keptNats, keptCharacters] = [0, 0, 0];
  for (const [i, value] of nats.entries()) {
    if (value === Number.POSITIVE_INFINITY) cut++;
    else {
      keptNats += value;
      keptCharacters += characters[i]!;
    }
  }
  const kept = nats.length - cut;
  const meanNats = keptNats / kept;
  return {
    nats,
    cut,
    infinite: cut > 0,
    kept:
      kept === 0
        ? null
        : {meanNats, perplexity: Math.exp(meanNats), bitsPerCharacter: keptNats / Math.LN2 / keptCharacters}
  };
}

/**
 * −ln p of a token, given the scores [V] and their ranking, as `distribution` has it. Taken from the scores' distance to the best one, since p itself
 * can be too small for a float64 although the token was not cut: −ln p = (x_best − x) / temperature − ln p_best.
 * `tempered` is room for V numbers.
 */
export function negativeLog(
  id: number,
  row: Float32Array,
  ranked: Uint16Array,
  options: SamplingOptions,
  tempered: Float64Array
): number {
  const V = row.length;
  const best = ranked[0]!;
  softmax(row, options.temperature, best, tempered);
  const kept = countKept(tempered, ranked, options);
  let keptMass = 1;
  if (kept < V) {
    keptMass = 0;
    let isKept = false;
    for (let place = 0; place < kept; place++) {
      const other = ranked[place]!;
      keptMass += tempered[other]!;
      if (other === id) isKept = true;
    }
    if (!isKept) return Number.POSITIVE_INFINITY;
  }
  const bestNats = Math.log(keptMass) - Math.log(tempered[best]!);
  return id === best ? bestNats : (row[best]! - row[id]!) / options.temperature + bestNats;
}

function checkLength(tokens: number, vocabSize: number, unit: TokenUnit): void {
  if (tokens < 2)
    throw new RangeError(
      `The text has ${tokens} known ${tokens === 1 ? unit : `${unit}s`}; surprise needs at least two, one to predict and one before it.`
    );
  const limit = scoredTokenLimit(vocabSize);
  if (tokens > limit)
    throw new RangeError(
      `The text has ${tokens.toLocaleString("en")} tokens; at most ${limit.toLocaleString("en")} are measured at once. Give a shorter part of it.`
    );
}

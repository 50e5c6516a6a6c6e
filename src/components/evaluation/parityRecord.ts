import {generate} from "../generation/generate.js";
import type {LanguageModel} from "../inference/languageModel.js";
import {createRandom} from "../random.js";
import {predictText} from "./predictions.js";

/** What one implementation of a model says, so that another can be held against it. */
export interface ParityRecord {
  /** Prompts and the logits [T, V] for each. */
  windows: {ids: Uint16Array; logits: Float32Array}[];
  /** A prompt and what follows it when the likeliest token is taken each time; null where the model does not write. */
  greedy: Greedy | null;
  /** A text that the model has not learnt from, and the mean −ln p of its tokens but the first. */
  heldOut: {ids: Uint16Array; nats: number};
}

export interface Greedy {
  prompt: Uint16Array;
  tokens: Uint16Array;
  /** For each token, by how much its score was above the next best, as a share of the largest |score|. */
  leads: Float32Array;
}

export interface ParityOptions {
  signal?: AbortSignal;
  /** How much of how much is done, in tokens. */
  onProgress?: (done: number, total: number) => void;
  /** Lets whoever shares the thread go first. */
  yieldToOthers?: () => Promise<unknown>;
}

/** Characters (code points) that both write, and the most tokens it may take: some hold no whole character. */
export const GREEDY_CHARACTERS = 200;
const GREEDY_TOKENS = 200;
const PROMPT_TOKENS = 16;
/** Tokens of held-out text whose perplexity is compared, and the one that they begin with. */
const HELD_OUT_TOKENS = 1024 + 1;
/** Where the prompt and the passage lie in the text: the same places at every export of a run. */
const SEED = 7;

/** The likeliest token, always. */
export const GREEDY = {temperature: 0, topK: null, topP: 1};

/**
 * Asks a model for its side of a comparison on the text that it has not learnt from: its logits for windows at the
 * beginning, middle and end, 200 characters written greedily, and the loss on a passage. An encoder writes nothing.
 * Rejects as the model, `generate` and `predictText` do, and with the signal's reason.
 */
export async function recordParity(
  model: LanguageModel,
  text: Uint16Array,
  {signal, onProgress, yieldToOthers}: ParityOptions = {}
): Promise<ParityRecord> {
  const {blockSize, causal} = model.config;
  const random = createRandom(SEED);
  const piece = (length: number) => {
    const start = random.integer(Math.max(1, text.length - length));
    return text.slice(start, start + length);
  };
  const prompt = piece(Math.min(PROMPT_TOKENS, blockSize, text.length));
  const passage = piece(Math.min(HELD_OUT_TOKENS, text.length));
  const length = Math.min(blockSize, text.length);
  const starts = [0, 0.5, 1].map((share) => Math.floor(share * (text.length - length)));

  const toWrite = causal ? GREEDY_TOKENS : 0;
  const total = starts.length * length + toWrite + passage.length - 1;
  let before = 0;
  const tell = async (done: number) => {
    onProgress?.(before + done, total);
    await yieldToOthers?.();
    signal?.throwIfAborted();
  };
  const windows = [];
  for (const start of starts) {
    const {ids, logits} = await model.trace(text.subarray(start, start + length), signal && {signal});
    windows.push({ids, logits});
    await tell(0);
    before += length;
  }
  const greedy = causal ? await recordGreedy(model, prompt, tell) : null;
  before += toWrite;
  const nats = await meanNats(model, passage, {
    onProgress: (done) => onProgress?.(before + done, total),
    ...(signal && {signal}),
    ...(yieldToOthers && {yieldToOthers})
  });
  return {windows, greedy, heldOut: {ids: passage, nats}};
}

async function recordGreedy(
  model: LanguageModel,
  prompt: Uint16Array,
  tell: (written: number) => Promise<void>
): Promise<Greedy> {
  const [tokens, leads]: number[][] = [[], []];
  const settings = {options: GREEDY, seed: 0, steps: GREEDY_TOKENS};
  for await (const {id, logits, distribution} of generate(model, prompt, settings)) {
    tokens!.push(id);
    leads!.push(leadOf(logits, distribution.ids));
    await tell(tokens!.length);
    if (charactersOf(model, tokens!).length >= GREEDY_CHARACTERS) break;
  }
  return {prompt, tokens: Uint16Array.from(tokens!), leads: Float32Array.from(leads!)};
}

function leadOf(logits: Float32Array, ranked: Uint16Array): number {
  const best = logits[ranked[0]!]!;
  const next = logits[ranked[1] ?? ranked[0]!]!;
  const largest = Math.max(Math.abs(best), Math.abs(logits[ranked.at(-1)!]!));
  return largest > 0 ? (best - next) / largest : 0;
}

/** The first 200 characters of what tokens say. */
export const charactersOf = ({tokenizer}: LanguageModel, tokens: Iterable<number>): string[] =>
  [...tokenizer.decode(tokens)].slice(0, GREEDY_CHARACTERS);

/** The mean −ln p of a text's tokens but the first, in disjoint windows. */
export async function meanNats(
  model: LanguageModel,
  ids: Uint16Array,
  options: ParityOptions
): Promise<number> {
  let nats = 0;
  const add = (prediction: {nats: number}) => {
    nats += prediction.nats;
  };
  await predictText(model, ids, add, {stride: model.config.blockSize, ...options});
  return nats / (ids.length - 1);
}

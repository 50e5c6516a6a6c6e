import {inShort} from "../errorMessage.js";
import {MAX_VOCABULARY} from "./characterTokenizer.js";

/** Characters of a token: as many as pre-tokens have, of which tokens are parts. */
const LONGEST_TOKEN = 100_000;

/** The tokens of a `vocab` in order of id. Throws where the ids are not 0, 1, 2 and so on, each once. */
export function readVocabulary(vocab: unknown): string[] {
  if (!isRecord(vocab)) throw invalid("its model has no vocab");
  const entries = Object.entries(vocab);
  if (entries.length === 0 || entries.length > MAX_VOCABULARY)
    throw invalid(`its vocab has ${entries.length} tokens; 1 to ${MAX_VOCABULARY} are allowed`);
  const vocabulary: string[] = new Array(entries.length);
  const taken = new Uint8Array(entries.length);
  for (const [token, id] of entries) {
    if (token.length > LONGEST_TOKEN)
      throw invalid(
        `token ${inShort(token)}… has ${token.length.toLocaleString("en")} characters; at most ${LONGEST_TOKEN.toLocaleString("en")} are allowed`
      );
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length)
      throw invalid(
        `token ${inShort(token)} has id ${inShort(id)}; ids are whole numbers from 0 to ${entries.length - 1}`
      );
    if (taken[id]) throw invalid(`id ${id} belongs to two tokens`);
    taken[id] = 1;
    vocabulary[id] = token;
  }
  return vocabulary;
}

/** Whether a parsed JSON value is an object, neither null nor a list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const invalid = (reason: string): Error => new Error(`This tokenizer.json cannot be used: ${reason}.`);

/**
 * The text of the one special token that a file may have, for padding, which must have the last id; undefined
 * where `added_tokens` is empty. Throws where there is something else.
 */
export function readPadding(added: unknown, vocabulary: readonly string[]): string | undefined {
  if (added === undefined || (Array.isArray(added) && added.length === 0)) return undefined;
  const token: unknown = Array.isArray(added) && added.length === 1 ? added[0] : undefined;
  const last = vocabulary.length - 1;
  if (!isRecord(token) || token.special !== true || token.id !== last || token.content !== vocabulary[last])
    throw invalid("its added_tokens may hold one special token, with the last id, for padding");
  return vocabulary[last];
}

import type {Tokenizer} from "./tokenizer.js";
import {CONTINUING} from "./wordPieceTokenizer.js";

/**
 * What each token of a run adds to the text, for people: joined, they read as `decode` has it, but bytes that are
 * no whole characters stay <0xE2>, and padding stays as it is spelt.
 */
export function tokenTexts(ids: ArrayLike<number>, {kind, vocabulary}: Tokenizer): string[] {
  return Array.from(ids, (id, i) => {
    const token = vocabulary[id] ?? "";
    if (kind !== "word-piece" || i === 0) return token;
    return token.startsWith(CONTINUING) ? token.slice(CONTINUING.length) : ` ${token}`;
  });
}

import type {UnknownCharacter} from "../text/tokenizer.js";
import {formatCount, formatPlural, tokenName} from "../views/format.js";

/** Characters named one by one; the others are counted. */
const NAMED = 8;

/** A sentence that names what a text has and the model lacks, or null when it lacks nothing. */
export function unknownSentence(unknown: readonly UnknownCharacter[]): string | null {
  if (unknown.length === 0) return null;
  const named = unknown.slice(0, NAMED).map(({character, count}) => {
    return count === 1 ? tokenName(character) : `${tokenName(character)} (${formatCount(count)} times)`;
  });
  const others = unknown.length - named.length;
  if (others > 0) named.push(formatPlural(others, "other character"));
  const list = named.length === 1 ? named[0] : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
  const total = unknown.reduce((sum, {count}) => sum + count, 0);
  return `This model does not know ${list}; ${total === 1 ? "it is" : "they are"} left out.`;
}

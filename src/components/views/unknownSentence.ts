import type {UnknownUnits} from "../corpus/meta.js";
import {UNKNOWN} from "../text/wordPieceTokenizer.js";
import {formatCount, formatPlural, tokenName} from "./format.js";

/** Kinds named one by one; the others are counted. */
const NAMED = 8;

/**
 * A sentence on what of a text somebody ("This model") does not know, and what becomes of it; null when that is
 * nothing. Word pieces lack whole words and put [UNK] for them; of other tokenizers, what they lack is left out.
 */
export function unknownSentence(
  who: string,
  {list, kinds, total}: UnknownUnits,
  noun: "character" | "word"
): string | null {
  if (total === 0) return null;
  const named = list
    .slice(0, NAMED)
    .map(({text, count}) =>
      count === 1 ? tokenName(text) : `${tokenName(text)} (${formatCount(count)} times)`
    );
  const others = kinds - named.length;
  if (others > 0) named.push(formatPlural(others, `other ${noun}`));
  const all = named.length === 1 ? named[0] : `${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
  if (noun === "word")
    return `${who} cannot spell ${all}: ${UNKNOWN} stands in ${total === 1 ? "its" : "their"} place.`;
  return `${who} does not know ${all}; ${total === 1 ? "it is" : "they are"} left out.`;
}

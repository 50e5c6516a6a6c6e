import type {Tokenizer} from "../../text/tokenizer.js";
import {tokenTexts} from "../../text/tokenTexts.js";
import {tokenName} from "../../views/format.js";

/** The most tokens of a reader's line: what a phone's width can show as columns. */
export const LONGEST = 40;

/** The ids of a reader's line, with a sentence on what of it is not read. Throws RangeError where nothing is left. */
export function readableIds(
  text: string,
  tokenizer: Tokenizer,
  limit = LONGEST
): {ids: Uint16Array; tokens: string[]; remark: string | null} {
  const {ids: all, unknown} = tokenizer.encode(text);
  if (all.length === 0)
    throw new RangeError(
      text.trim() === ""
        ? "The line is empty. Write something for the model to read."
        : "The model knows none of these characters. Write with letters of the text that it was trained on."
    );
  const ids = all.slice(0, limit);
  const remarks = [
    all.length > limit ? `Only the first ${limit} tokens are read.` : null,
    unknown.length > 0
      ? `The model does not know ${unknown
          .map(({character}) => tokenName(character))
          .slice(0, 5)
          .join(", ")}; left out.`
      : null
  ].filter((remark) => remark !== null);
  return {ids, tokens: tokenTexts(ids, tokenizer), remark: remarks.join(" ") || null};
}

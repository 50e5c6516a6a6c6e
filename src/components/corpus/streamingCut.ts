import {forEachPreToken} from "../text/preTokenise.js";
import type {Tokenizer} from "../text/tokenizer.js";

/** No word of a real text is longer; WordPiece must see words whole. */
const LONGEST_WORD = 1_000_000;
/** Where a border is looked for first. Nearly every text has a space before a word in as many characters. */
const TAIL = 4096;

const SPACE_BEFORE_WORD = /(?<=\P{White_Space}) (?=\p{L})/gu;
const WHITE_SPACE = /\p{White_Space}/u;
/** BERT's words end before white space and before punctuation; see `forEachBertWord`. */
const WORD_END = /[\p{White_Space}!-/:-@[-`{-~\p{P}]/gu;

/**
 * Where a text that goes on may be cut, in UTF-16 code units from its start, so that the tokens of both sides are
 * those of the whole, whatever follows; 0 where nowhere is yet known. For byte pairs that is a border of
 * pre-tokens, which no merge crosses, and which no later character can move. Throws RangeError for a text of a
 * million characters without the white space or punctuation that ends WordPiece's words.
 */
export function safeCut(text: string, kind: Tokenizer["kind"]): number {
  if (text === "") return 0;
  switch (kind) {
    case "character":
      return text.length;
    case "byte-pair":
      return lastMatch(text, SPACE_BEFORE_WORD) || preTokenBorder(text);
    case "word-piece": {
      const cut = lastMatch(text, WORD_END);
      if (cut === 0 && text.length > LONGEST_WORD)
        throw new RangeError(
          "The text has a million characters without a space or a full stop, which WordPiece cannot cut into words: use byte pairs or characters."
        );
      return cut;
    }
  }
}

/**
 * The start of the last pre-token but one, or of one before. What comes can still lengthen the last, and turn the
 * last two into one: an apostrophe and the “l” of “'ll”. Not after white space, whose last character is cut from
 * the rest of a run only where a word is seen to follow.
 */
function preTokenBorder(text: string): number {
  let border = 0;
  let last = 0;
  forEachPreToken(text, (_, start) => {
    border = last;
    if (start > 0 && !WHITE_SPACE.test(text[start - 1]!)) last = start;
  });
  return border;
}

function lastMatch(text: string, pattern: RegExp): number {
  // A border at the very start of the tail would be seen without what stands before it.
  const tail = Math.max(0, text.length - TAIL);
  for (const from of tail > 0 ? [tail, 0] : [0]) {
    const index = [...text.slice(from).matchAll(pattern)].at(-1)?.index;
    if (index) return from + index;
  }
  return 0;
}

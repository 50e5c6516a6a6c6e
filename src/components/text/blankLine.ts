import type {Tokenizer} from "./tokenizer.js";

/**
 * The tokens of a blank line, after which a story, a speech or a paragraph begins; to word pieces, which know no line
 * breaks, the end of a sentence, and where there is no full stop either the vocabulary's first token.
 */
export function blankLine(tokenizer: Tokenizer): number[] {
  const blank = tokenizer.encode("\n\n").ids;
  return blank.length > 0 ? [...blank] : [tokenizer.encode(".").ids[0] ?? 0];
}

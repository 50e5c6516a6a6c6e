import {characterLength} from "../text/characterLength.js";

/** The share of a corpus, from its start, that is training text. As nanoGPT. */
export const TRAIN_FRACTION = 0.9;

/**
 * The first ⌊fraction · n⌋ of a text's n characters (code points) for training, the rest for validation. The cut
 * knows nothing of tokens, so it is the same for every tokenizer, whose losses can then be compared.
 */
export function splitText(text: string, fraction: number = TRAIN_FRACTION): {train: string; val: string} {
  const boundary = indexOfCharacter(text, Math.floor(characterLength(text) * fraction));
  return {train: text.slice(0, boundary), val: text.slice(boundary)};
}

/** Where character n of a text starts, in UTF-16 code units; the end of the text where it has no more than n. */
export function indexOfCharacter(text: string, n: number): number {
  let index = 0;
  for (let i = 0; i < n && index < text.length; i++) index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}

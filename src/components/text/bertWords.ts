/**
 * BERT's words (Devlin et al. 2019, `BasicTokenizer` without its lower-casing): white space separates and is
 * left out, each punctuation mark is a word, and every ASCII sign that is no letter or digit counts as one.
 * Words are cut after 100,000 characters, as `preTokenise` cuts.
 */
const WORD = /[!-/:-@[-`{-~\p{P}]|[^\p{White_Space}!-/:-@[-`{-~\p{P}]{1,100000}/gu;

/** Calls `visit` with each word and where it starts (UTF-16 units), in order. */
export function forEachBertWord(text: string, visit: (word: string, start: number) => void): void {
  for (const {0: word, index} of text.matchAll(WORD)) visit(word, index);
}

/** How often each word occurs, in order of first appearance. */
export function countBertWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  forEachBertWord(text, (word) => counts.set(word, (counts.get(word) ?? 0) + 1));
  return counts;
}

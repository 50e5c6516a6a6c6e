/** A word, or any other mark. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*|\S/gu;

/** The words of a text, and every other mark by itself; white space only parts them. */
export const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

/** The same with where each begins, in UTF-16 code units. */
export const wordPlaces = (text: string): {word: string; start: number}[] =>
  [...text.matchAll(WORD)].map(({0: word, index: start}) => ({word, start}));

/**
 * Distinct-n: different n-grams over all n-grams (Li et al. 2016). 1 where none occurs twice; it falls with the length
 * of a text, so only texts of one length compare. 1 − distinct-4 is also told as seq-rep-4 (Welleck et al. 2020).
 * NaN for a text of fewer than n words.
 */
export function distinct(words: readonly string[], n: number): number {
  const all = words.length - n + 1;
  if (all < 1) return Number.NaN;
  const seen = new Set<string>();
  for (let i = 0; i < all; i++) seen.add(words.slice(i, i + n).join(" "));
  return seen.size / all;
}

/** The share of a text's n-grams that occur in it more than once. NaN for a text of fewer than n words. */
export function repeatedShare(words: readonly string[], n: number): number {
  const all = words.length - n + 1;
  if (all < 1) return Number.NaN;
  const counts = new Map<string, number>();
  for (let i = 0; i < all; i++) {
    const key = words.slice(i, i + n).join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let repeated = 0;
  for (const count of counts.values()) if (count > 1) repeated += count;
  return repeated / all;
}

/** Of each word, whether it stands in a run of `n` words that the text has had before, overlaps included. */
export function saidBefore(words: readonly string[], n: number): boolean[] {
  const said = words.map(() => false);
  const seen = new Set<string>();
  for (let i = 0; i + n <= words.length; i++) {
    const key = words.slice(i, i + n).join(" ");
    if (seen.has(key)) said.fill(true, i, i + n);
    seen.add(key);
  }
  return said;
}

/** A stretch that says the same again at once: its first `period` units are repeated `length / period` times. */
export interface Loop {
  /** In UTF-16 code units. */
  start: number;
  length: number;
  period: number;
}

const LONGEST_PERIOD = 300;

/** The longest loop of at least two rounds, of a period up to 300 units; null where nothing is said twice in a row. */
export function longestLoop(text: string): Loop | null {
  let best: Loop | null = null;
  const limit = Math.min(LONGEST_PERIOD, text.length >> 1);
  for (let period = 1; period <= limit; period++) {
    let run = 0;
    for (let i = period; i <= text.length; i++) {
      if (i < text.length && text.charCodeAt(i) === text.charCodeAt(i - period)) {
        run++;
        continue;
      }
      const length = run + period;
      if (run >= period && (best === null || length > best.length))
        best = {start: i - length, length, period};
      run = 0;
    }
  }
  return best;
}

import {characterCounts} from "./characterCounts.js";

/** One row of a rank–frequency table, as a Zipf plot draws it. */
export interface Frequency {
  /** 1 for the most frequent. Equally frequent units have ranks of their own, one after the other. */
  rank: number;
  /** The character, word or token. */
  unit: string;
  count: number;
  /** count over the count of all units: shares add up to 1. */
  share: number;
}

/**
 * A word: letters, marks and digits, with apostrophes and hyphens between them. Upper and lower case are the
 * same word. Runs of more than 100,000 characters are cut, as `preTokenise` cuts.
 */
const WORD = /[\p{L}\p{M}\p{N}]{1,100000}(?:['’‑-][\p{L}\p{M}\p{N}]{1,100000})*/gu;

/** Units by falling count, equal ones in the order given; those that do not occur are left out. */
export function rankFrequencies(counts: Iterable<readonly [unit: string, count: number]>): Frequency[] {
  const present = Array.from(counts).filter(([, count]) => count > 0);
  const total = present.reduce((sum, [, count]) => sum + count, 0);
  return present
    .sort(([, a], [, b]) => b - a)
    .map(([unit, count], i) => ({rank: i + 1, unit, count, share: count / total}));
}

/** How often each character (Unicode code point) occurs; equally frequent ones by code point. */
export function characterFrequencies(text: string): Frequency[] {
  return rankFrequencies(characterCounts(text));
}

/** How often each word occurs, in lower case; equally frequent ones by first appearance. */
export function wordFrequencies(text: string): Frequency[] {
  const counts = new Map<string, number>();
  for (const [match] of text.matchAll(WORD)) {
    const word = match.toLowerCase();
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return rankFrequencies(counts);
}

/**
 * How often each token occurs, equally frequent ones by id. Throws RangeError for an id outside the vocabulary.
 */
export function tokenFrequencies(ids: ArrayLike<number>, vocabulary: readonly string[]): Frequency[] {
  const counts = new Float64Array(vocabulary.length);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const count = counts[id];
    if (count === undefined)
      throw new RangeError(`Token id ${id} is outside the vocabulary of ${vocabulary.length} tokens.`);
    counts[id] = count + 1;
  }
  return rankFrequencies(vocabulary.map((token, id) => [token, counts[id]!] as const));
}

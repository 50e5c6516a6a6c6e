import {type Passage, type Reading, readPassage} from "./reading.js";

/**
 * Something that a head may do: for every query, the keys that one who had this habit would look at. Where the list is
 * empty the habit says nothing about the query. Keys are earlier tokens or the query itself.
 */
export interface Habit {
  key: HabitKey;
  /** For a small label: "previous". */
  name: string;
  /** Goes on from "the weight on …"; `unit` is what a token of the model is called. */
  looksAt: (unit: string) => string;
  /** Goes on from "counted …". */
  counted: (unit: string) => string;
  keys(passage: Passage, reading: Reading, query: number): number[];
}

export type HabitKey =
  | "itself"
  | "previous"
  | "recent"
  | "first"
  | "wordStart"
  | "gap"
  | "sentenceEnd"
  | "same"
  | "induction"
  | "name"
  | "quote"
  | "closing";

/** Tokens that must agree before a place counts as met before. */
export const MATCH = 3;
/** How far "a few back" reaches. */
const RECENT = [2, 3, 4];

export const habits: readonly Habit[] = [
  {
    key: "itself",
    name: "itself",
    looksAt: (unit) => `the ${unit} itself`,
    counted: (unit) => `at every ${unit} but the first`,
    keys: (_, __, t) => (t > 0 ? [t] : [])
  },
  {
    key: "previous",
    name: "previous",
    looksAt: (unit) => `the ${unit} just before`,
    counted: (unit) => `at every ${unit} but the first`,
    keys: (_, __, t) => (t > 0 ? [t - 1] : [])
  },
  {
    key: "recent",
    name: "a few back",
    looksAt: (unit) => `the ${unit}s two to four places before`,
    counted: (unit) => `at every ${unit} from the fifth on`,
    keys: (_, __, t) => (t >= 4 ? RECENT.map((distance) => t - distance) : [])
  },
  {
    key: "first",
    name: "first of all",
    looksAt: (unit) => `the first ${unit} of the window`,
    counted: (unit) => `at every ${unit} from the fifth on`,
    keys: (_, __, t) => (t >= 4 ? [0] : [])
  },
  {
    key: "wordStart",
    name: "word start",
    looksAt: () => "the start of the word that is being read",
    counted: (unit) => `inside words, at least two ${unit}s after their start`,
    keys: (_, {wordStart}, t) => (wordStart[t]! >= 0 && wordStart[t]! <= t - 2 ? [wordStart[t]!] : [])
  },
  {
    key: "gap",
    name: "gap",
    looksAt: () => "the gap before the word that is being read",
    counted: (unit) => `inside words, from their second ${unit} on`,
    keys: ({tokens}, {wordStart}, t) => {
      const gap = wordStart[t]! - 1;
      return gap >= 0 && gap <= t - 2 && /\s$/.test(tokens[gap]!) ? [gap] : [];
    }
  },
  {
    key: "sentenceEnd",
    name: "sentence end",
    looksAt: () => "the end of the sentence before",
    counted: (unit) => `where a sentence has ended at least two ${unit}s before`,
    keys: (_, {sentenceEnd}, t) => (sentenceEnd[t]! >= 0 && sentenceEnd[t]! <= t - 2 ? [sentenceEnd[t]!] : [])
  },
  {
    key: "same",
    name: "same",
    looksAt: (unit) => `earlier occurrences of the same ${unit}`,
    counted: (unit) => `where the ${unit} stands at least two places earlier as well`,
    keys: ({ids}, _, t) => {
      const keys: number[] = [];
      for (let s = 0; s <= t - 2; s++) if (ids[s] === ids[t]) keys.push(s);
      return keys;
    }
  },
  {
    key: "induction",
    name: "induction",
    looksAt: (unit) => `what followed the last ${MATCH} ${unit}s where they stood before`,
    counted: (unit) => `where the last ${MATCH} ${unit}s stand earlier in the window as well`,
    keys: ({ids}, _, t) => continuations(ids, t, MATCH)
  },
  {
    key: "name",
    name: "name recall",
    looksAt: () => "what followed in a name that began in the same way before",
    counted: () =>
      "inside words with a capital that begin no sentence, where their beginning has stood before",
    keys: (passage, reading, t) => nameContinuations(passage, reading, t)
  },
  {
    key: "quote",
    name: "open quote",
    looksAt: () => "the mark that opened the quotation",
    counted: (unit) => `inside quotations, at least two ${unit}s after their mark`,
    keys: (_, {openQuote}, t) => (openQuote[t]! >= 0 && openQuote[t]! <= t - 2 ? [openQuote[t]!] : [])
  },
  {
    key: "closing",
    name: "quote closing",
    looksAt: () => "the mark that opened the quotation",
    counted: () => "at the stops and commas inside quotations, after which they may close",
    keys: ({tokens}, {openQuote}, t) =>
      openQuote[t]! >= 0 && openQuote[t]! <= t - 2 && /[.,!?]$/.test(tokens[t]!) ? [openQuote[t]!] : []
  }
];

/** The places s ≤ t − 2 whose `count` tokens before are the last `count` up to and with t. */
function continuations(ids: ArrayLike<number>, t: number, count: number): number[] {
  const keys: number[] = [];
  for (let s = count; s <= t - 2; s++) {
    let same = 0;
    while (same < count && ids[s - 1 - same] === ids[t - same]) same += 1;
    if (same === count) keys.push(s);
  }
  return t >= count ? keys : [];
}

/**
 * The continuations of a name, from its first token to t, in words with the same beginning before. A name is a word of
 * two letters or more (so not “I”) with a capital that the beginning of a sentence does not account for.
 */
function nameContinuations(
  {ids, tokens}: Passage,
  {wordStart, beginsSentence}: Reading,
  t: number
): number[] {
  const start = wordStart[t]!;
  if (start < 0 || beginsSentence[start]) return [];
  if (!/^\s*\p{Lu}/u.test(tokens[start]!) || letters(tokens, start) < 2) return [];
  const length = t - start + 1;
  return continuations(ids, t, length).filter((s) => wordStart[s - length] === s - length);
}

/** How many letters a word has that begins at `start`. */
function letters(tokens: readonly string[], start: number): number {
  let word = tokens[start]!.trimStart();
  for (let t = start + 1; t < tokens.length && /^\p{L}+$/u.test(word); t++) word += tokens[t]!;
  return /^\p{L}*/u.exec(word)![0].length;
}

/** For each habit, each query's keys: habits × T lists. */
export function habitKeys(passage: Passage): number[][][] {
  const reading = readPassage(passage);
  return habits.map((habit) => passage.tokens.map((_, t) => habit.keys(passage, reading, t)));
}

import {distinct, saidBefore, wordPlaces} from "../../evaluation/repetition.js";

/** Words in a row that count as said before. */
export const RUN = 8;

export interface Measured {
  /** The share of words in runs of `RUN` that the text has had before. */
  said: number;
  /** Different runs of three words over all. */
  distinct3: number;
  /** Words of the longest stretch of said-before. */
  longest: number;
  /** The share of words that are among the strange ones. */
  strange: number;
}

export function measureRepetition(text: string, strange: readonly string[]): Measured {
  const words = wordPlaces(text).map(({word}) => word);
  const said = saidBefore(words, RUN);
  const unknown = new Set(strange);
  let [run, longest] = [0, 0];
  for (const before of said) {
    run = before ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  const share = (count: number) => count / words.length;
  return {
    said: share(said.filter(Boolean).length),
    distinct3: distinct(words, 3),
    longest,
    strange: share(words.filter((word) => unknown.has(word)).length)
  };
}

/** A number of several texts. */
export interface Spread {
  mean: number;
  least: number;
  most: number;
}

/** The mean and the range of what was measured of texts, of which there must be one at least. */
export function spreadOf(measured: readonly Measured[], of: (one: Measured) => number): Spread {
  const values = measured.map(of);
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    least: Math.min(...values),
    most: Math.max(...values)
  };
}

/** A text in stretches of one kind each; put together they are the text. */
export function textParts(
  text: string,
  strange: readonly string[]
): {text: string; kind: "said" | "strange" | "new"}[] {
  const places = wordPlaces(text);
  const said = saidBefore(
    places.map(({word}) => word),
    RUN
  );
  const unknown = new Set(strange);
  const parts: {text: string; kind: "said" | "strange" | "new"}[] = [];
  const add = (piece: string, kind: (typeof parts)[number]["kind"]) => {
    const last = parts.at(-1);
    if (piece === "") return;
    if (last?.kind === kind) last.text += piece;
    else parts.push({text: piece, kind});
  };
  let end = 0;
  places.forEach(({word, start}, i) => {
    const kind = unknown.has(word) ? "strange" : said[i] ? "said" : "new";
    // Space between two words said before belongs to what was said.
    add(text.slice(end, start), kind === "said" && i > 0 && said[i - 1] ? "said" : "new");
    add(word, kind);
    end = start + word.length;
  });
  add(text.slice(end), "new");
  return parts;
}

import type {Random} from "../random.js";

/**
 * A story grammar is a program that writes text and makes choices, each of which writes one of several
 * alternatives. A teller runs that program, to write a new text or to follow one that exists.
 *
 * No alternative of a choice may be a prefix of another. The text so far then determines every choice made,
 * so the probability of the next character is exactly the weight of the alternatives of the present choice
 * that agree with what is written and go on with that character, over the weight of all that agree.
 */
export interface Teller {
  /** Writes what is certain. */
  say(text: string): void;
  /**
   * Writes `text(a)` for one of the alternatives, taken with probability proportional to `weight(a)` (1 when
   * absent), and returns it. Throws Error when an alternative is a prefix of another.
   */
  choose<T>(
    alternatives: readonly T[],
    text: (alternative: T) => string,
    weight?: (alternative: T) => number
  ): T;
  /** `choose` among strings that are equally likely. */
  pick<S extends string>(...alternatives: S[]): S;
}

/** A teller's account of the text it has told. */
export interface Telling {
  teller: Teller;
  text(): string;
  /** ln p of each UTF-16 code unit of the text, given all before it. */
  characters: number[];
  /** ln p of each choice; the same sum. */
  choices: number[];
}

/** Thrown where a followed text ends or leaves the grammar. */
export class EndOfText extends Error {
  /** `next`: every character that the grammar allows here, with its probability. */
  constructor(readonly next: ReadonlyMap<string, number>) {
    super("The text ends or leaves the grammar here.");
  }
}

interface Candidate {
  text: string;
  weight: number;
}

/** Writes a new text. */
export function writingTeller(random: Random): Telling {
  return createTelling((candidates) => {
    let remaining = random.uniform() * totalWeight(candidates);
    for (const {text, weight} of candidates) {
      remaining -= weight;
      if (remaining < 0) return text;
    }
    return candidates.at(-1)!.text; // rounding only
  });
}

/** Hears, before each character is read, which ones the grammar allows there, with their probabilities. */
export type NextListener = (next: ReadonlyMap<string, number>) => void;

/** Follows a text that exists; `EndOfText` is thrown where it ends or leaves the grammar. */
export function readingTeller(text: string, onNext?: NextListener): Telling {
  return createTelling((candidates, position) => {
    const longest = Math.max(...candidates.map((candidate) => candidate.text.length));
    return text.slice(position, position + longest);
  }, onNext);
}

/** `continuation` gives the text that follows at a choice: at least as much as the alternative it takes. */
function createTelling(
  continuation: (candidates: Candidate[], position: number) => string,
  onNext?: NextListener
): Telling {
  const pieces: string[] = [];
  const characters: number[] = [];
  const choices: number[] = [];

  function take(candidates: Candidate[]): Candidate {
    const following = continuation(candidates, characters.length);
    const total = totalWeight(candidates);
    let agreeing = candidates;
    let mass = total;
    for (let i = 0; agreeing.length > 1 || i < agreeing[0]!.text.length; i++) {
      const narrower = agreeing.filter(({text}) => i < following.length && text[i] === following[i]);
      if (narrower.length === 0) throw new EndOfText(nextCharacters(agreeing, i));
      onNext?.(nextCharacters(agreeing, i));
      const narrowerMass = narrower.length === agreeing.length ? mass : totalWeight(narrower);
      characters.push(Math.log(narrowerMass / mass));
      agreeing = narrower;
      mass = narrowerMass;
    }
    const taken = agreeing[0]!;
    pieces.push(taken.text);
    choices.push(Math.log(taken.weight / total));
    return taken;
  }

  const teller: Teller = {
    say: (text) => void take([{text, weight: 1}]),
    choose(alternatives, text, weight = () => 1) {
      const candidates = alternatives.map((value) => ({value, text: text(value), weight: weight(value)}));
      checkPrefixFree(candidates);
      return (take(candidates) as (typeof candidates)[number]).value;
    },
    pick: (...alternatives) => teller.choose(alternatives, (alternative) => alternative)
  };
  return {teller, text: () => pieces.join(""), characters, choices};
}

const totalWeight = (candidates: Candidate[]): number =>
  candidates.reduce((total, {weight}) => total + weight, 0);

function nextCharacters(candidates: Candidate[], i: number): Map<string, number> {
  const mass = totalWeight(candidates);
  const next = new Map<string, number>();
  for (const {text, weight} of candidates) next.set(text[i]!, (next.get(text[i]!) ?? 0) + weight / mass);
  return next;
}

/** In sorted order a text stands directly before the first text that it is a prefix of. */
function checkPrefixFree(candidates: Candidate[]): void {
  if (candidates.length === 0) throw new Error("A choice needs at least one alternative.");
  const texts = candidates.map(({text}) => text).sort();
  texts.forEach((text, i) => {
    if (text === "" || texts[i + 1]?.startsWith(text))
      throw new Error(
        `The alternative ${JSON.stringify(text)} is a prefix of ${JSON.stringify(texts[i + 1] ?? "")}.`
      );
  });
}

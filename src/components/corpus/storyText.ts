import {createRandom} from "../random.js";
import {tellStory} from "./storyGrammar.js";
import {EndOfText, type NextListener, readingTeller, type Telling, writingTeller} from "./storyTeller.js";

/** Whole stories until there are at least `length` characters; they are ASCII, so these are bytes too. */
export function writeStories({seed, length}: {seed: number; length: number}): Telling {
  const telling = writingTeller(createRandom(seed));
  while (telling.characters.length < length) tellStory(telling.teller);
  return telling;
}

/** What the grammar says of a text that starts at the start of a story. */
export interface StoryReading {
  /** ln p of each character, given all before it, for as far as the text follows the grammar. */
  logProbabilities: number[];
  /** What the grammar allows after those characters, with probabilities. */
  next: ReadonlyMap<string, number>;
}

/**
 * Follows a text through the grammar, story after story, until it ends or leaves the grammar. `onNext` hears what the
 * grammar allows before each character that is read.
 */
export function readStories(text: string, onNext?: NextListener): StoryReading {
  const telling = readingTeller(text, onNext);
  try {
    for (;;) tellStory(telling.teller);
  } catch (error) {
    if (!(error instanceof EndOfText)) throw error;
    return {logProbabilities: telling.characters, next: error.next};
  }
}

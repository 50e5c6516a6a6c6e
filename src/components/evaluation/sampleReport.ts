import {type Copy, copiedShare, findCopies} from "./copies.js";
import {distinct, type Loop, longestLoop, repeatedShare, wordsOf} from "./repetition.js";

/** A copy or loop with its text. */
export interface Excerpt<Place> {
  place: Place;
  text: string;
}

/** What can be told of a written text without asking a model. */
export interface TextReport {
  /** Words, punctuation marks among them. */
  words: number;
  /** Distinct-1, -2 and -3 over words; NaN where there are too few. */
  distinct: [number, number, number];
  /** The share of runs of four words that occur more than once. */
  repeated: number;
  loop: Excerpt<Loop> | null;
  copy: Excerpt<Copy> & {
    /** What stands around it in the training text. */
    before: string;
    after: string;
  };
  /** The mean length of the longest copy that ends with each character, in UTF-16 code units. */
  meanCopy: number;
  /** The share of the text in copies of at least `LONG_COPY` units. */
  copied: number;
}

export const LONG_COPY = 50;
const AROUND = 60;

/** Measures one text against the training text. */
export function reportText(text: string, training: string): TextReport {
  const words = wordsOf(text);
  const loop = longestLoop(text);
  const copies = findCopies(text, training);
  const {start, length, trainingStart} = copies.longest;
  const trainingEnd = trainingStart + length;
  return {
    words: words.length,
    distinct: [distinct(words, 1), distinct(words, 2), distinct(words, 3)],
    repeated: repeatedShare(words, 4),
    loop: loop && {place: loop, text: text.slice(loop.start, loop.start + loop.length)},
    copy: {
      place: copies.longest,
      text: text.slice(start, start + length),
      before: training.slice(Math.max(0, trainingStart - AROUND), trainingStart),
      after: training.slice(trainingEnd, trainingEnd + AROUND)
    },
    meanCopy: copies.meanLength,
    copied: copiedShare(copies, LONG_COPY)
  };
}

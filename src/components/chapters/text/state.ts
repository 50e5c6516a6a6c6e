import {bytePairTokenizer} from "../../text/bytePairTokenizer.js";
import type {Tokenizer} from "../../text/tokenizer.js";
import type {BytePairMerge} from "../../text/trainBytePairs.js";
import {mergesOf, type TextStudy} from "./study.js";
import {type Kind, tokenizersOf} from "./tokenizers.js";

/** How many merges the page begins with: a vocabulary of 512. */
export const FIRST_LEARNED = 256;

/** What every figure of the chapter looks at. */
export interface TextState {
  study: TextStudy;
  merges: readonly BytePairMerge[];
  /** The text of every byte pair of the study. */
  vocabulary: readonly string[];
  /** Merges in force, 0 to `merges.length`; byte pairs then have 256 more tokens. */
  learned: number;
  /** The tokenizers of that vocabulary, made when they are first asked for. */
  tokenizers(): Record<Kind, Tokenizer>;
}

/** Runs something after the browser has painted what was changed so far. */
const afterPaint = (run: () => void): void => {
  requestAnimationFrame(() => setTimeout(run));
};

/** Holds the state and tells the figures of changes. */
export class TextStore {
  private readonly listeners: ((state: TextState) => void)[] = [];
  private readonly patient: ((state: TextState) => void)[] = [];
  private current: TextState;
  private isWaiting = false;

  /** `later` runs the listeners that can wait; it is an argument for tests. */
  constructor(
    private readonly first: TextStudy,
    private readonly later: (run: () => void) => void = afterPaint
  ) {
    this.current = stateOf(first, FIRST_LEARNED);
  }

  get state(): TextState {
    return this.current;
  }

  /** Calls back now and after each change. */
  listen(listener: (state: TextState) => void): void {
    this.listeners.push(listener);
    listener(this.current);
  }

  /**
   * The same for figures that make tokenizers, which takes milliseconds: they hear of changes when the others have been
   * painted, and only of the last of several, so that a slider never waits for them.
   */
  listenPatiently(listener: (state: TextState) => void): void {
    this.patient.push(listener);
    listener(this.current);
  }

  setLearned(learned: number): void {
    const next = clamp(learned, this.current.merges.length);
    if (next === this.current.learned) return;
    this.set({...this.current, learned: next, tokenizers: lazily(this.current, next)});
  }

  setStudy(study: TextStudy): void {
    this.set(stateOf(study, this.current.learned));
  }

  /** Back to the site's text and the first vocabulary. */
  reset(): void {
    this.set(stateOf(this.first, FIRST_LEARNED));
  }

  private set(state: TextState): void {
    this.current = state;
    for (const listener of this.listeners) listener(state);
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.later(() => {
      this.isWaiting = false;
      for (const listener of this.patient) listener(this.current);
    });
  }
}

function stateOf(study: TextStudy, learned: number): TextState {
  const merges = mergesOf(study);
  const {vocabulary} = bytePairTokenizer(merges);
  const parts = {study, merges, vocabulary};
  const inForce = clamp(learned, merges.length);
  return {...parts, learned: inForce, tokenizers: lazily(parts, inForce)};
}

function lazily(
  {study, merges}: Pick<TextState, "study" | "merges">,
  learned: number
): TextState["tokenizers"] {
  let made: Record<Kind, Tokenizer> | undefined;
  return () => {
    made ??= tokenizersOf(study, 256 + learned, merges);
    return made;
  };
}

const clamp = (learned: number, most: number): number => Math.max(0, Math.min(most, Math.round(learned)));

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

export class TextStore {
  private readonly listeners: ((state: TextState) => void)[] = [];
  private current: TextState;

  constructor(private readonly first: TextStudy) {
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

  setLearned(learned: number): void {
    const next = clamp(learned, this.current.merges.length);
    if (next === this.current.learned) return;
    const {study, merges, vocabulary} = this.current;
    this.set({study, merges, vocabulary, learned: next, tokenizers: lazily(study, next)});
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
  }
}

function stateOf(study: TextStudy, learned: number): TextState {
  const merges = mergesOf(study);
  const inForce = clamp(learned, merges.length);
  const {vocabulary} = bytePairTokenizer(merges);
  return {study, merges, vocabulary, learned: inForce, tokenizers: lazily(study, inForce)};
}

function lazily(study: TextStudy, learned: number): TextState["tokenizers"] {
  let made: Record<Kind, Tokenizer> | undefined;
  return () => {
    made ??= tokenizersOf(study, 256 + learned);
    return made;
  };
}

const clamp = (learned: number, most: number): number => Math.max(0, Math.min(most, Math.round(learned)));

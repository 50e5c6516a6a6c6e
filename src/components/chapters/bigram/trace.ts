import type {ModelConfig} from "../../model/config.js";

/** What a model says at one place of a text: how likely it held what came, and what it would have written. */
export interface Guess {
  /** The probability of the text's own next token. */
  probability: number;
  /** The token drawn from the model's distribution. */
  guess: number;
}

/** One window read by one model: fed with the text, and fed with its own guesses. */
export interface ReadWindow {
  name: string;
  forced: Guess[];
  free: Guess[];
}

export interface Rung {
  name: string;
  /** How far back it looks. */
  sees: string;
  /** Mean −ln p on the held-out text, nats a character. */
  loss: number;
}

/** What the chapter opens with, made at build time by data/bigram.json.ts. */
export interface BigramTrace {
  corpus: {
    name: string;
    /** Whether it is the site's own text; else that has too many kinds of characters for a table on a page. */
    isSite: boolean;
    /** Characters of each part. */
    train: number;
    val: number;
    floor: number | null;
  };
  vocabulary: string[];
  /** Packed pair counts of the first so many characters of the training text, the whole of it last. */
  lengths: {characters: number; counts: number[]}[];
  heldOut: number[];
  /** The beginning of the training text. */
  passage: string;
  /** A window of held-out text, its T inputs and the target of the last. */
  window: {text: string; seed: number; models: ReadWindow[]};
  /** A run of the neural bigram; `checkpoints` is a recording (exchange/recording.ts) in base 64. */
  recorded: {
    config: ModelConfig;
    steps: number[];
    checkpoints: string;
    losses: {step: number; loss: number}[];
  };
  ladder: Rung[];
  samples: {name: string; text: string}[];
  /** The seed and the prompt of the samples. */
  sampling: {seed: number; prompt: string};
}

/** The bytes of a recording. */
export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

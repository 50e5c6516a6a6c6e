import type {TokenUnit} from "../../text/tokenizer.js";

/** A place in a text that the model was not trained on, and what the model expected there. */
export interface Place {
  /** The last of the text before it, as tokens. */
  before: readonly string[];
  /** The id of the token that came. */
  came: number;
  /** [V]: the model's scores. */
  logits: readonly number[];
}

/** What the model wrote at one temperature, nothing cut. */
export interface Written {
  temperature: number;
  text: string;
  /** Those of its words that the training text does not have. */
  strange: readonly string[];
}

/** What the chapter is built from: made by src/data/sampling.json.ts of the shipped model. */
export interface SamplingPage {
  unit: TokenUnit;
  /** The text of every token. */
  vocabulary: readonly string[];
  places: readonly Place[];
  /** From the lowest temperature, which is 0, to the highest. */
  written: readonly Written[];
  seed: number;
  /** A stretch of held-out text as long as what was written. */
  heldOut: string;
}

import type {TokenUnit} from "../../text/tokenizer.js";
import type {Measured} from "./repeated.js";

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
  /** The text of the page's seed. */
  text: string;
  /** Those of its words that the training text does not have. */
  strange: readonly string[];
  /** What was measured of it and of as long texts of the seeds that follow; greedy text has no other. */
  measured: readonly Measured[];
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
  /** What was measured of stretches of held-out text, each as long as what was written. */
  heldOut: readonly Measured[];
}

import type {Tokenizer} from "../text/tokenizer.js";
import {readStories} from "./storyText.js";

/** The exact distribution of each token of a text, given all the text before it: entries k of place i are offsets[i] … offsets[i + 1] − 1. */
export interface TrueDistributions {
  /** [places + 1] */
  offsets: Uint32Array;
  /** What may come; everything else has probability 0. */
  ids: Uint16Array;
  /** Each place's sum to 1. */
  probabilities: Float64Array;
}

/**
 * What the story grammar says of each character of a text, exactly: no alternative of a choice is a prefix of another,
 * so the text so far determines the grammar's state, and the next character's probability is a ratio of weights
 * (`Teller`). `before` is the text that precedes it: the story that is under way there begins after its last blank
 * line, or with it. Covers the text from its first character for as far as it follows the grammar.
 * Null where the tokens are not characters (the next token then depends on what follows it), where the text does not
 * follow the grammar at all, and where the grammar may write what the tokenizer does not know.
 */
export function storyDistributions(
  text: string,
  before: string,
  {kind, vocabulary}: Pick<Tokenizer, "kind" | "vocabulary">
): TrueDistributions | null {
  if (kind !== "character") return null;
  const idOf = new Map(vocabulary.map((token, id) => [token, id]));
  const begun = before.slice(before.lastIndexOf("\n\n") + (before.includes("\n\n") ? 2 : 0));
  const offsets: number[] = [0];
  const ids: number[] = [];
  const probabilities: number[] = [];
  let place = -begun.length;
  let known = true;
  readStories(begun + text, (next) => {
    if (place++ < 0) return;
    for (const [character, p] of next) {
      const id = idOf.get(character);
      if (id === undefined) known = false;
      ids.push(id ?? 0);
      probabilities.push(p);
    }
    offsets.push(ids.length);
  });
  if (!known || offsets.length === 1) return null;
  return {
    offsets: Uint32Array.from(offsets),
    ids: Uint16Array.from(ids),
    probabilities: Float64Array.from(probabilities)
  };
}

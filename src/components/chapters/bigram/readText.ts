import {PLAIN, softmax} from "../../generation/distribution.js";
import {chooseToken} from "../../generation/generate.js";
import type {Guess} from "./trace.js";

/** A model as it is asked here: the scores [V] of what follows the tokens so far. */
export type Scores = (ids: readonly number[]) => Promise<Float32Array> | Float32Array;

/**
 * Reads a window of T + 1 tokens and says at each of the first T places what the model expected. Fed with the text
 * ("forced", Williams & Zipser 1989) a place sees what was written; "free", what the model has guessed so far.
 */
export async function readWindow(
  scores: Scores,
  text: readonly number[],
  {seed}: {seed: number}
): Promise<{forced: Guess[]; free: Guess[]}> {
  const read = async (isForced: boolean): Promise<Guess[]> => {
    const seen = text.slice(0, 1);
    const guesses: Guess[] = [];
    for (let t = 1; t < text.length; t++) {
      const {id, logits, distribution} = chooseToken(await scores(seen), PLAIN, seed, t);
      const probability = softmax(logits, 1, distribution.ids[0]!)[text[t]!]!;
      guesses.push({probability, guess: id});
      seen.push(isForced ? text[t]! : id);
    }
    return guesses;
  };
  return {forced: await read(true), free: await read(false)};
}

/** Continues a prompt token by token from the model's own distribution. Returns prompt and continuation. */
export async function writeText(
  scores: Scores,
  prompt: readonly number[],
  {seed, steps}: {seed: number; steps: number}
): Promise<number[]> {
  const ids = [...prompt];
  for (let i = 0; i < steps; i++) ids.push(chooseToken(await scores(ids), PLAIN, seed, ids.length).id);
  return ids;
}

/** The scores of a table of probabilities [V, V], whose softmax is the row of the last token. */
export function tableScores(table: ArrayLike<number>, size: number): Scores {
  return (ids) => {
    const row = ids.at(-1)! * size;
    return Float32Array.from({length: size}, (_, column) => Math.log(table[row + column]!));
  };
}

import type {Guess} from "./trace.js";

/** One place of a window. */
export interface ForcingRow {
  /** From 1. */
  place: number;
  /** What it reads: the text, or the model's own guesses after the first character. */
  seen: string[];
  /** The text's next character. */
  target: string;
  probability: number;
  /** −ln p(target), nats. */
  loss: number;
  guess: string;
  /** Whether it reads something else than the text. */
  hasStrayed: boolean;
}

/** The T places of a window of T + 1 characters, fed with the text or with the guesses. */
export function forcingRows(
  text: readonly string[],
  vocabulary: readonly string[],
  guesses: readonly Guess[],
  isForced: boolean
): ForcingRow[] {
  const seen = [text[0]!];
  return guesses.map(({probability, guess}, i) => {
    const row = {
      place: i + 1,
      seen: [...seen],
      target: text[i + 1]!,
      probability,
      loss: -Math.log(probability),
      guess: vocabulary[guess]!,
      hasStrayed: seen.some((character, j) => character !== text[j])
    };
    seen.push(isForced ? row.target : row.guess);
    return row;
  });
}

/** The loss of a window: the mean over its places, nats. */
export function meanLoss(rows: readonly ForcingRow[]): number {
  return rows.reduce((sum, {loss}) => sum + loss, 0) / rows.length;
}

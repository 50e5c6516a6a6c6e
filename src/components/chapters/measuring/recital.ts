import {copiedShare, copiedUnits, findCopies} from "../../evaluation/copies.js";
import {countNgrams, type NgramCounts, ngramLosses} from "../../evaluation/ngram.js";
import {LONG_COPY} from "../../evaluation/sampleReport.js";
import {createRandom, type Random} from "../../random.js";

/** A text beside the one that its writer learnt from. */
export interface Recited {
  /** The text in stretches that stand there word for word, at least `LONG_COPY` characters of it, and those that do not. */
  pieces: {text: string; copied: boolean}[];
  /** Characters of the longest stretch. */
  longest: number;
  /** The share of the text in such stretches. */
  share: number;
}

/** What a table of n-grams makes of the text that it was counted on, and of one that it never met. */
export interface Rung {
  order: number;
  /** Nats a character. */
  train: number;
  heldOut: number;
  sample: Recited;
}

/** What of a text stands in the training text. */
export function recite(text: string, training: string): Recited {
  const report = findCopies(text, training);
  const copied = copiedUnits(report, LONG_COPY);
  const pieces: Recited["pieces"] = [];
  for (let from = 0; from < text.length; ) {
    let end = from + 1;
    while (end < text.length && copied[end] === copied[from]) end++;
    pieces.push({text: text.slice(from, end), copied: copied[from] === 1});
    from = end;
  }
  return {pieces, longest: report.longest.length, share: copiedShare(report, LONG_COPY)};
}

/**
 * Counts a text's characters in n-grams of every order 1 … `order`, and lets each write `length` characters from a line
 * break on, all with the same random numbers. Throws RangeError for an order that is no whole number from 1.
 */
export function reciteTables(
  training: string,
  heldOut: string,
  {order, length, seed}: {order: number; length: number; seed: number}
): Rung[] {
  const kinds = [...new Set([...training, ...heldOut, "\n"])];
  const idOf = new Map(kinds.map((character, id) => [character, id]));
  const idsOf = (text: string) => Array.from(text, (character) => idOf.get(character)!);
  const [train, other] = [idsOf(training), idsOf(heldOut)];
  const ngrams = countNgrams(train, {order, vocabSize: kinds.length});
  const [trainNats, heldOutNats] = [ngramLosses(ngrams, train), ngramLosses(ngrams, other)];
  return Array.from({length: order}, (_, k) => {
    const random = createRandom(seed);
    const ids = idsOf("\n");
    for (let i = 0; i < length; i++) ids.push(drawNext(ngrams, ids, k + 1, random));
    const text = ids.map((id) => kinds[id]!).join("");
    return {
      order: k + 1,
      train: trainNats[k]!,
      heldOut: heldOutNats[k]!,
      sample: recite(text.trimStart(), training)
    };
  });
}

/** A draw from `wittenBell`: of N + D parts, N are the followers of the longest context, D all that is below. */
function drawNext(ngrams: NgramCounts, ids: readonly number[], order: number, random: Random): number {
  for (let length = order - 1; length >= 0; length--) {
    const followers = ngrams.followers(ids, ids.length, length);
    if (!followers) continue;
    let left = random.uniform() * (followers.total + followers.counts.size);
    for (const [id, count] of followers.counts) {
      left -= count;
      if (left < 0) return id;
    }
  }
  return random.integer(ngrams.vocabSize);
}

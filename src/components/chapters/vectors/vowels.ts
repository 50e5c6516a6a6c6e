import {formatFixed} from "../../views/format.js";
import {meanCosine} from "./tokenTable.js";

/**
 * What the vowels of an English character model have to do with one another, measured; where the vocabulary is not made
 * of letters, an invitation to look.
 */
export function vowelSentence(rows: readonly Float64Array[], vocabulary: readonly string[]): string {
  const ids = (letters: string) => [...letters].map((letter) => vocabulary.indexOf(letter));
  const [vowels, consonants, capitals] = [
    ids("aeiou"),
    ids("bcdfghjklmnpqrstvwxyz"),
    ids("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
  ] as const;
  if ([...vowels, ...consonants, ...capitals].includes(-1))
    return "Look for tokens that are used alike: they tend to lie near each other.";
  const inside = meanCosine(rows, vowels);
  const across = meanCosine(rows, vowels, consonants);
  const large = meanCosine(rows, capitals);
  return `On average two different vowels have a cosine of ${formatFixed(inside, 2)}, a vowel and a consonant one of ${formatFixed(across, 2)}, and two capitals one of ${formatFixed(large, 2)}.`;
}

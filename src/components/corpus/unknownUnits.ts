import type {UnknownCharacter} from "../text/tokenizer.js";
import type {UnknownUnits} from "./meta.js";

/** How many kinds of unknown characters or words a corpus lists, and how many characters of each. */
const LISTED = 20;
const LONGEST = 40;

/** What the parts of a corpus hold that its tokenizer does not know: counted all, listed the most frequent. */
export function unknownUnits(parts: readonly (readonly UnknownCharacter[])[]): UnknownUnits {
  const counts = new Map<string, number>();
  for (const part of parts)
    for (const {character, count} of part) counts.set(character, (counts.get(character) ?? 0) + count);
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return {
    total: byCount.reduce((sum, [, count]) => sum + count, 0),
    kinds: byCount.length,
    list: byCount.slice(0, LISTED).map(([text, count]) => ({text: shorten(text), count}))
  };
}

/** A text of which only the beginning is shown. */
export function shorten(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST + 1)];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : text;
}

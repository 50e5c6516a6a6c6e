/**
 * GPT-2's pre-tokeniser (Radford et al. 2019, `encoder.py`): English contractions, then runs of letters, of
 * numbers and of anything else, each with the one space before it, then white space; the look-ahead leaves
 * the last space of a run to the word that follows. Merges never cross these borders. `\s` is written as
 * Unicode's White_Space, because JavaScript's own `\s` adds U+FEFF and lacks U+0085.
 * Runs are cut after 100,000 characters, which no real text has, since regular expressions run out of stack
 * at a few million.
 */
const PRE_TOKEN =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}{1,100000}| ?\p{N}{1,100000}| ?[^\p{White_Space}\p{L}\p{N}]{1,100000}|\p{White_Space}{1,100000}(?!\P{White_Space})|\p{White_Space}{1,100000}/gu;

/** Calls `visit` with each pre-token and where it starts (UTF-16 units), in order; they join to the text. */
export function forEachPreToken(text: string, visit: (preToken: string, start: number) => void): void {
  let start = 0;
  while (start < text.length) {
    // Each character is white space, a letter, a number or else, so matches touch: no match array is needed.
    PRE_TOKEN.lastIndex = start;
    PRE_TOKEN.test(text);
    const end = PRE_TOKEN.lastIndex;
    visit(text.slice(start, end), start);
    start = end;
  }
}

/** The pre-tokens of a text in order: `preTokenise(text).join("") === text`. */
export function preTokenise(text: string): string[] {
  const preTokens: string[] = [];
  forEachPreToken(text, (preToken) => preTokens.push(preToken));
  return preTokens;
}

/** How often each pre-token occurs, in order of first appearance. */
export function countPreTokens(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  forEachPreToken(text, (preToken) => counts.set(preToken, (counts.get(preToken) ?? 0) + 1));
  return counts;
}

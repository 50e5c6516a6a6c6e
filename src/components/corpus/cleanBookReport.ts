import type {CharacterKind, Removal} from "./cleanBookRemoval.js";

const PASSAGES = {
  header: "The licence header",
  footer: "The licence footer",
  credits: "The credits of whoever made the file",
  note: "A transcriber's note"
} as const;

/** What a replaced character is called, and why it was replaced. */
const REASONS: Record<CharacterKind, string> = {
  "line end": "one kind of line end is enough",
  quote: "one kind of quotation mark is enough",
  dash: "hyphens stand for every dash",
  ellipsis: "full stops say the same",
  "letter form": "the same letters in their plain form",
  space: "a space like any other",
  invisible: "it prints nothing",
  control: "it is no text",
  stray: "it has no meaning in a text"
};

const SPACES = {
  "trailing space": (lines: string) => `White space at the end of ${lines} was dropped.`,
  "blank lines": (lines: string) => `More than one blank line in a row: ${lines} dropped.`,
  "wrapped lines": (lines: string) => `Paragraphs were made of wrapped lines: ${lines} joined.`
} as const;

const INVISIBLE = /^[\p{C}\p{Z}]+$/u;

/** What `cleanBook` did, a plain sentence each, in its order. Says so where there was nothing to do. */
export function describeRemovals(removed: readonly Removal[]): string[] {
  if (removed.length === 0) return ["The text was clean: nothing was removed or replaced."];
  return removed.map((removal) => {
    if ("characters" in removal)
      return `${PASSAGES[removal.kind]} was removed: ${number(removal.characters, "character")}, beginning “${removal.sample}”.`;
    if ("from" in removal) {
      const {kind, from, to, count, line} = removal;
      const fate = to === "" ? "was removed" : `became ${show(to)}`;
      return `${show(from)} ${fate} ${times(count)}, first in line ${line.toLocaleString("en")}: ${REASONS[kind]}.`;
    }
    return SPACES[removal.kind](number(removal.count, "line"));
  });
}

/** Characters to be seen in a sentence: with their code points where they are not in ASCII or do not show. */
function show(text: string): string {
  if (text === " ") return "a space";
  const points = Array.from(
    text,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`
  ).join(" ");
  if (INVISIBLE.test(text)) return points;
  return /^[!-~]+$/.test(text) ? text : `${text} (${points})`;
}

const times = (count: number): string => (count === 1 ? "once" : `${count.toLocaleString("en")} times`);

const number = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

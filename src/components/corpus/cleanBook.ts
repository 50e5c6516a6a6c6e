import {CharacterFindings, plainCharacters, plainLineEnds} from "./cleanBookCharacters.js";
import {type Cut, findCredits, findLicence, findNotes, type Range} from "./cleanBookFrame.js";
import {plainSpace, rejoinWrappedLines} from "./cleanBookLines.js";
import type {PassageRemoval, Removal, SpaceRemoval} from "./cleanBookRemoval.js";

export interface CleanBookOptions {
  /** Joins lines that were wrapped at a fixed width into paragraphs of one line. Off unless asked for. */
  rejoinLines?: boolean;
}

export interface CleanBook {
  text: string;
  /** What was taken out or replaced; empty for a text that was clean. */
  removed: Removal[];
}

/**
 * A book as its author wrote it, in plain characters: without Project Gutenberg's header and footer, the
 * credits and transcribers' notes, with \n line ends, straight quotes, hyphens for dashes and no invisible
 * or stray characters, and at most one blank line in a row. For any text: one that is clean comes back as it
 * was, and cleaning twice changes nothing more.
 */
export function cleanBook(text: string, {rejoinLines = false}: CleanBookOptions = {}): CleanBook {
  const passages: PassageRemoval[] = [];
  const characters = new CharacterFindings();
  const spaces = new Map<SpaceRemoval["kind"], number>();
  const count = (kind: SpaceRemoval["kind"], lines: number) =>
    spaces.set(kind, (spaces.get(kind) ?? 0) + lines);
  let hadHeader = false;

  /** What is left between the header, the footer and the notes. */
  function kept(text: string): Range[] {
    const cuts = [
      (text: string) => findLicence(text),
      (text: string) => findCredits(text, hadHeader),
      (text: string) => findNotes(text)
    ];
    let parts: Range[] = [{start: 0, end: text.length}];
    for (const find of cuts)
      parts = parts.flatMap(({start, end}) => {
        const found = find(text.slice(start, end));
        for (const cut of found) passages.push(passage(text.slice(start + cut.start, start + cut.end), cut));
        hadHeader ||= found.some(({kind}) => kind === "header");
        return between(found, start, end);
      });
    return parts;
  }

  // The passages go first, so that what is reported of the characters is true of the book.
  let book = plainLineEnds(text, characters);
  book = kept(book)
    .map(({start, end}) => plainCharacters(book.slice(start, end), lineAt(book, start), characters))
    .join("");
  // Each step may show another what it could not see, as a marker that began with an invisible character.
  for (let before = ""; before !== book; ) {
    before = book;
    const rest = kept(book).map(({start, end}) => book.slice(start, end));
    book = plainSpace(plainCharacters(rest.join(""), 1, characters), count);
    if (rejoinLines) book = rejoinWrappedLines(book, count);
  }
  return {
    text: book,
    removed: [
      ...passages,
      ...characters.list(),
      ...Array.from(spaces, ([kind, count]): SpaceRemoval => ({kind, count}))
    ]
  };
}

function passage(text: string, {kind}: Cut): PassageRemoval {
  const words = text.replace(/\s+/g, " ").trim();
  return {kind, characters: text.length, sample: words.length > 80 ? `${words.slice(0, 79)}…` : words};
}

/** The parts from `start` to `end` that no cut, counted from `start`, takes. */
function between(cuts: readonly Cut[], start: number, end: number): Range[] {
  const parts: Range[] = [];
  let at = start;
  for (const cut of cuts) {
    if (start + cut.start > at) parts.push({start: at, end: start + cut.start});
    at = Math.max(at, start + cut.end);
  }
  if (at < end) parts.push({start: at, end});
  return parts;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < index; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

import type {CharacterKind, CharacterRemoval} from "./cleanBookRemoval.js";

/**
 * What typesetting adds to a text and a plain one does without: one way to write a quotation mark or a dash
 * gives a small model one token to learn in place of several. Letters are kept in every script, accents too.
 * ZWJ and ZWNJ stay, since they change how Persian, Indic scripts and emoji are written.
 */
const PLAIN = new Map<string, {kind: CharacterKind; to: string}>();

function become(kind: CharacterKind, to: string, characters: string): void {
  for (const character of characters) PLAIN.set(character, {kind, to});
}

become("line end", "\n", "\u2028\v\f");
become("line end", "\n\n", "\u2029");
become("quote", '"', "\u201C\u201D\u201E\u201F\u00AB\u00BB\u2033\u301D\u301E\u301F\uFF02");
become("quote", "'", "\u2018\u2019\u201A\u201B\u2039\u203A\u2032\uFF07");
become("dash", "-", "\u2010\u2011\u2012\u2013\u2212\uFE63\uFF0D");
// Two hyphens, as typewriters and the early plain-text editions have it.
become("dash", "--", "\u2014\u2015\uFE58");
become("dash", "----", "\u2E3A");
become("dash", "------", "\u2E3B");
become("ellipsis", "...", "\u2026");
become("ellipsis", "..", "\u2025");
for (const [letter, to] of Object.entries({
  ſ: "s",
  ﬀ: "ff",
  ﬁ: "fi",
  ﬂ: "fl",
  ﬃ: "ffi",
  ﬄ: "ffl",
  ﬅ: "st",
  ﬆ: "st"
}))
  become("letter form", to, letter);
become(
  "space",
  " ",
  "\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000"
);
// Soft hyphen, zero-width space, word joiner, byte-order mark, and the marks that steer writing direction.
become(
  "invisible",
  "",
  "\u00AD\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF"
);
// Windows-1252's quotes, dashes and ellipsis, read as Latin-1 by mistake.
become("quote", "'", "\x91\x92");
become("quote", '"', "\x93\x94");
become("dash", "-", "\x96");
become("dash", "--", "\x97");
become("ellipsis", "...", "\x85");

const ranges = "\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\uFFF9-\uFFFD\\p{Co}\\p{Cs}\\p{Noncharacter_Code_Point}";
const SPECIAL = new RegExp(`[${[...PLAIN.keys()].join("")}${ranges}]`, "gu");

/** A letter with its accents apart: Unicode mostly has one code point for it, which is what a model should see. */
const ACCENTED = /\P{M}\p{M}+/gu;

/** Line ends of Windows and of the old Macintosh become \n. The number of lines stays as it was. */
export function plainLineEnds(text: string, found: CharacterFindings): string {
  let line = 1;
  return text.replace(/\r\n?|\n/g, (from) => {
    if (from !== "\n") found.add("line end", from, "\n", line);
    line++;
    return "\n";
  });
}

/** The text, which begins on line `line` of the given one, with plain characters alone. */
export function plainCharacters(text: string, line: number, found: CharacterFindings): string {
  const plain = replaceEach(text, SPECIAL, line, found, (from) => {
    const known = PLAIN.get(from);
    return known ?? {kind: /\p{Cc}/u.test(from) ? "control" : "stray", to: ""};
  });
  return replaceEach(plain, ACCENTED, line, found, (from) => ({
    kind: "letter form",
    to: from.normalize("NFC")
  }));
}

function replaceEach(
  text: string,
  pattern: RegExp,
  line: number,
  found: CharacterFindings,
  plain: (from: string) => {kind: CharacterKind; to: string}
): string {
  let counted = 0;
  return text.replace(pattern, (from: string, index: number) => {
    const {kind, to} = plain(from);
    if (to === from) return from;
    for (; counted < index; counted++) if (text.charCodeAt(counted) === 10) line++;
    found.add(kind, from, to, line);
    return to;
  });
}

/** Replacements, counted by what became what. */
export class CharacterFindings {
  private readonly found = new Map<string, CharacterRemoval>();

  add(kind: CharacterKind, from: string, to: string, line: number): void {
    const seen = this.found.get(from);
    if (seen) seen.count++;
    else this.found.set(from, {kind, from, to, count: 1, line});
  }

  /** The most frequent first. */
  list(): CharacterRemoval[] {
    return [...this.found.values()].sort((a, b) => b.count - a.count);
  }
}

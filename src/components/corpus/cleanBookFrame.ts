import type {PassageRemoval} from "./cleanBookRemoval.js";

/** A part of a text, from `start` up to `end`, in UTF-16 code units. */
export interface Range {
  start: number;
  end: number;
}

export interface Cut extends Range {
  kind: PassageRemoval["kind"];
}

/** No known header or licence is longer; a marker farther off belongs to something else. */
const LONGEST_HEADER = 30_000;
const LONGEST_FOOTER = 40_000;
const LONGEST_NOTE = 5_000;

const GUTENBERG = "Project[ \\n]Gutenberg";
/** The rest of a marker, which a long title spreads over lines, up to its closing asterisks where it has them. */
const TITLE = "(?:[^*\\n]*(?:\\n[^*\\n]+){0,4}\\*\\*\\*|[^\\n]*)[^\\n]*";

/**
 * Since about 2003 "*** START OF THE (THIS) PROJECT GUTENBERG EBOOK … ***", with or without a space; in the 1990s
 * the last line of the small print, "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*".
 */
const START = new RegExp(
  `^[ \\t]*(?:\\*{3}[ ]?START OF (?:THE |THIS )?${GUTENBERG}${TITLE}|\\*END[ *]+THE SMALL PRINT[^\\n]*)\\n?`,
  "gim"
);

/**
 * "*** END OF THE (THIS) PROJECT GUTENBERG EBOOK … ***", and the sentence that stands before it, in the 1990s
 * alone: "End of (the) Project Gutenberg('s) (Etext of) …".
 */
const END = new RegExp(
  `^[ \\t]*(?:\\*{3}[ ]?END OF (?:THE |THIS )?${GUTENBERG}${TITLE}|End of (?:the |this )?${GUTENBERG}[^\\n]*)\\n?`,
  "gim"
);

const OPENING = new RegExp(`^.*${GUTENBERG}.{0,20}\\be-?(?:book|text)`, "im");
const CLOSING = new RegExp(
  `^.*(?:${GUTENBERG}|newsletter to hear about new ebooks|SMALL PRINT).*$\\n?`,
  "gim"
);

/** Licence headers and footers of Project Gutenberg, in order; a file of several books has several. */
export function findLicence(text: string): Cut[] {
  const markers = [
    ...Array.from(text.matchAll(START), (match) => ({kind: "header" as const, ...range(match)})),
    ...Array.from(text.matchAll(END), (match) => ({kind: "footer" as const, ...range(match)}))
  ].sort((a, b) => a.start - b.start);
  const nextHeader = (i: number) =>
    markers.slice(i).find(({kind}) => kind === "header")?.start ?? text.length;
  const cuts: Cut[] = [];
  // What has been passed over: the end of the last cut.
  let from = 0;
  markers.forEach(({kind, start, end}, i) => {
    if (start < from) return;
    const cut =
      kind === "header"
        ? {kind, start: headerStart(text, from, start), end}
        : {kind, start, end: footerEnd(text, end, nextHeader(i))};
    cuts.push(cut);
    from = cut.end;
  });
  return cuts;
}

/** A header reaches back to where the last book ended, or else to the line that names the edition. */
function headerStart(text: string, from: number, marker: number): number {
  if (marker - from <= LONGEST_HEADER) return from;
  const before = text.slice(marker - LONGEST_HEADER, marker);
  const named = before.search(OPENING);
  return named < 0 ? marker : marker - LONGEST_HEADER + named;
}

/** A footer reaches to the end or the next marker, or else to the last line that speaks of the edition. */
function footerEnd(text: string, marker: number, next: number): number {
  if (next - marker <= LONGEST_FOOTER) return next;
  const after = text.slice(marker, marker + LONGEST_FOOTER);
  const named = [...after.matchAll(CLOSING)].at(-1);
  return named ? marker + range(named).end : marker;
}

const CREDITS =
  /^\s*(?:this )?(?:(?:project gutenberg )?e-?(?:text|book) (?:was |is )?)?(?:originally )?(?:produced|prepared|transcribed|scanned|digiti[sz]ed|typed|proofread|created) (?:by|from)\b/i;
const VOLUNTEERS =
  /gutenberg|proofread|proofing|pgdp|volunteer|e-?text|e-?book|internet archive|https?:|www\.|[\w.]@\w/i;

/** Whoever made the file is named in one of the first paragraphs, not always under a header. */
export function findCredits(text: string, hadHeader: boolean): Cut[] {
  const isCredits = (paragraph: string) =>
    CREDITS.test(paragraph) && (hadHeader || VOLUNTEERS.test(paragraph)) && paragraph.length < 1000;
  return paragraphs(text, 0, 5)
    .filter(({start, end}) => isCredits(text.slice(start, end)))
    .map((range) => ({...range, kind: "credits"}));
}

const BRACKETED = /\[\s*Transcriber['\u2019]?s?['\u2019]? +notes?\b[^[\]]{0,5000}\]/gi;
const NOTE = /^\s*\**(?:Transcriber['\u2019]?s?['\u2019]? +notes?)\b/i;
const NOTE_HEADING = /^\s*\**(?:Transcriber['\u2019]?s?['\u2019]? +notes?)[\s:.*]*$/i;

/**
 * Transcribers' notes: in brackets anywhere; one paragraph, with its heading, among the first ten; in the last
 * 5,000 characters also all that follows a heading.
 */
export function findNotes(text: string): Cut[] {
  const cuts: Cut[] = Array.from(text.matchAll(BRACKETED), (match) => ({kind: "note", ...range(match)}));
  const first = paragraphs(text, 0, 11);
  first.slice(0, 10).forEach(({start, end}, i) => {
    const paragraph = text.slice(start, end);
    if (!NOTE.test(paragraph) || paragraph.length > LONGEST_NOTE) return;
    // Under a heading of its own stands the note itself.
    const last = NOTE_HEADING.test(paragraph) ? (first[i + 1]?.end ?? end) : end;
    cuts.push({kind: "note", start, end: last});
  });
  const tail = Math.max(text.length - LONGEST_NOTE, Math.floor(text.length / 2));
  for (const {start, end} of paragraphs(text, text.lastIndexOf("\n", tail) + 1)) {
    const paragraph = text.slice(start, end);
    if (NOTE.test(paragraph))
      cuts.push({kind: "note", start, end: NOTE_HEADING.test(paragraph) ? text.length : end});
  }
  return cuts.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** What blank lines separate, from `from` on, at most `limit`; each with its last line end. */
function paragraphs(text: string, from: number, limit = Number.POSITIVE_INFINITY): Range[] {
  const found: Range[] = [];
  let start = -1;
  let line = from;
  while (line < text.length && found.length < limit) {
    const newline = text.indexOf("\n", line);
    const end = newline < 0 ? text.length : newline + 1;
    const isBlank = text.slice(line, end).trim() === "";
    if (!isBlank && start < 0) start = line;
    if (start >= 0 && (isBlank || end === text.length)) {
      found.push({start, end: isBlank ? line : end});
      start = -1;
    }
    line = end;
  }
  return found;
}

const range = (match: RegExpExecArray): Range => ({start: match.index, end: match.index + match[0].length});

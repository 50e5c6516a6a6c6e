/** What a reader writes about a run: plain text, which travels with the run and is never anything but text. */

/** UTF-16 code units of the longest notes, as a text field counts them. */
export const NOTES_LIMIT = 5_000;

/** Notes as they are kept: no white space at the ends, no more than there is room for, and no half of a pair at the cut. */
export const tidyNotes = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    .trim()
    .slice(0, NOTES_LIMIT)
    .replace(/[\ud800-\udbff]$/, "");

/** The notes of one run from two places: both, unless one of them holds the other. */
export function mergeNotes(own: string, theirs: string): string {
  if (own.includes(theirs)) return own;
  return theirs.includes(own) ? theirs : tidyNotes(`${own}\n\n${theirs}`);
}

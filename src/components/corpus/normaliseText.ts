/**
 * Text as the corpus keeps it: no byte-order mark, lines ended by \n alone, and U+FFFD in place of a
 * surrogate without its partner, which has no UTF-8 form. Applying it twice changes nothing more.
 */
export function normaliseText(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replace(/\p{Surrogate}/gu, "\uFFFD");
}

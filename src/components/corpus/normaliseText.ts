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

/**
 * `normaliseText` of a text that comes in pieces, each of whole characters: what it yields joins to the whole
 * text's normal form.
 */
export async function* normalisePieces(pieces: AsyncIterable<string>): AsyncGenerator<string, void> {
  let isStart = true;
  // A carriage return at the end of a piece waits for the line feed that may follow.
  let held = "";
  for await (const piece of pieces) {
    if (piece === "") continue;
    const text = held + piece;
    held = text.endsWith("\r") ? "\r" : "";
    // Only the text's own first character can be a byte-order mark.
    const normal = normaliseText(`${isStart ? "" : "|"}${text.slice(0, text.length - held.length)}`);
    yield isStart ? normal : normal.slice(1);
    isStart &&= text === held;
  }
  if (held) yield "\n";
}

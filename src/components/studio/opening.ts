import type {TokenUnit} from "../text/tokenizer.js";

/** Where the reader's boxes begin: with the text that the model has never been trained on. */

/** Tokens of the validation text that are looked at. */
export const OPENING_TOKENS = 3_000;
const PROMPT_WORDS = 4;
const PASSAGE_LENGTH = 600;

/** The first `OPENING_TOKENS` of a file of little-endian uint16 tokens; the rest is not downloaded. */
export async function fetchOpening(url: string, signal?: AbortSignal): Promise<Uint16Array> {
  const response = await fetch(url, signal ? {signal} : {});
  if (!response.ok || !response.body) throw new Error(`${url} could not be loaded (${response.status}).`);
  const reader = response.body.getReader();
  const bytes = new Uint8Array(2 * OPENING_TOKENS);
  let length = 0;
  while (length < bytes.length) {
    const {done, value} = await reader.read();
    if (done) break;
    const part = value.subarray(0, bytes.length - length);
    bytes.set(part, length);
    length += part.length;
  }
  await reader.cancel();
  const view = new DataView(bytes.buffer);
  return Uint16Array.from({length: length >> 1}, (_, i) => view.getUint16(2 * i, true));
}

/**
 * The text from its first whole paragraph on, since a split falls anywhere; from its first whole sentence where it
 * is of one paragraph (as what word pieces keep of a text is), and the whole of it where that is all there is.
 */
function fromParagraph(text: string): string {
  for (const end of [/\n\n/, /[.!?]["”’]?\s/]) {
    const found = end.exec(text);
    if (found && found.index < text.length / 2) return text.slice(found.index + found[0].length).trimStart();
  }
  return text.trimStart();
}

/**
 * The first words of a paragraph, as in "Once there was a ". Without the last space where tokens are more than
 * characters: there a space belongs to the word that follows it.
 */
export function defaultPrompt(opening: string, unit: TokenUnit): string {
  const text = fromParagraph(opening);
  const words = new RegExp(`^(?:\\S+\\s+){${PROMPT_WORDS}}`).exec(text.slice(0, 80))?.[0];
  const prompt = words ?? [...text].slice(0, 16).join("");
  return unit === "character" ? prompt : prompt.trimEnd();
}

/** Some sentences from the same place. */
export function defaultPassage(opening: string): string {
  const text = [...fromParagraph(opening)].slice(0, PASSAGE_LENGTH).join("");
  const end = Math.max(text.lastIndexOf("."), text.lastIndexOf("\n"));
  return end > PASSAGE_LENGTH / 2 ? text.slice(0, end + 1) : text;
}

import {characterLength} from "../../text/characterLength.js";

/** How long, at most, the sentences are that figures begin with, in characters. */
const BEGINNING = 100;
/** Documents of a padded batch: how many, how long, and how different in length. */
const DOCUMENTS = 6;
const SHORTEST = 8;
const LONGEST = 42;
const DIFFERENCE = 5;

/** The whole sentences that a text begins with, cut where they are longer than a figure can hold. */
export function beginning(text: string, most = BEGINNING): string {
  const [paragraph = ""] = paragraphs(text.slice(0, 20_000));
  return sentences(paragraph, most);
}

/** Some sentences near a text's beginning, no two of a length, as documents with blank lines between. */
export function shortDocuments(text: string): string {
  const chosen: string[] = [];
  for (const paragraph of paragraphs(text.slice(0, 50_000))) {
    for (const sentence of paragraph.split(/(?<=[.!?。！？]["”’»]?)\s+/u)) {
      const length = characterLength(sentence);
      if (/^\p{Ll}/u.test(sentence)) continue; // goes on from the one before
      const isNew = chosen.every((other) => Math.abs(characterLength(other) - length) >= DIFFERENCE);
      if (length >= SHORTEST && length <= LONGEST && isNew) chosen.push(sentence);
    }
    if (chosen.length >= DOCUMENTS) break;
  }
  const short = chosen.slice(0, DOCUMENTS);
  // Without sentences, a long and a short beginning do.
  if (short.length < 2) return `${beginning(text, LONGEST)}\n\n${beginning(text, SHORTEST)}`;
  return short.join("\n\n");
}

function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "");
}

/** As many whole sentences as fit into `most` characters; of a longer first one, its beginning. */
function sentences(paragraph: string, most: number): string {
  let end = 0;
  for (const {index, 0: stop} of paragraph.matchAll(/[.!?。！？]["”’»]?(?=\s|$|[^\x20-\x7e])/gu)) {
    if (characterLength(paragraph.slice(0, index + stop.length)) > most) break;
    end = index + stop.length;
  }
  return end > 0 ? paragraph.slice(0, end) : [...paragraph].slice(0, most).join("").trimEnd();
}

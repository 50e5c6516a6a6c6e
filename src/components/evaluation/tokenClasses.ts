import type {CutText} from "./cutText.js";

/**
 * What a token is, told by its first character that is not white space; every token is of one class. A letter begins a
 * word where no letter, digit or apostrophe between letters stands before it, in its own token or in those before.
 */
export const TOKEN_CLASSES = [
  "newline",
  "space",
  "punctuation",
  "digit",
  "capital",
  "wordStart",
  "wordInside",
  "fragment"
] as const;

export type TokenClass = (typeof TOKEN_CLASSES)[number];

const LETTER = /[\p{L}\p{M}]/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;
const APOSTROPHE = /['’]/;

/** [N]: the class of each token of a text, as a place in `TOKEN_CLASSES`. */
export function classifyTokens({texts, sources}: Pick<CutText, "texts" | "sources">): Uint8Array {
  const classes = new Uint8Array(texts.length);
  let before = ""; // the last two characters of the text so far
  texts.forEach((text, i) => {
    classes[i] = TOKEN_CLASSES.indexOf(sources[i] === null ? classOf(text, before) : "fragment");
    // Of a character in parts it is known which one it is; what stands for an unknown word counts as a word.
    before = (before + (sources[i] ?? text)).slice(-4);
  });
  return classes;
}

function classOf(text: string, before: string): TokenClass {
  const shown = text.trimStart();
  if (shown === "") return /[\n\r]/.test(text) ? "newline" : "space";
  const first = String.fromCodePoint(shown.codePointAt(0)!);
  if (/\p{N}/u.test(first)) return "digit";
  if (/[\p{Lu}\p{Lt}]/u.test(first)) return "capital";
  if (!LETTER.test(first)) return "punctuation";
  return shown === text && insideWord(before) ? "wordInside" : "wordStart";
}

function insideWord(before: string): boolean {
  const characters = [...before];
  const last = characters.at(-1) ?? "";
  if (WORD.test(last)) return true;
  return APOSTROPHE.test(last) && LETTER.test(characters.at(-2) ?? "");
}

export interface ClassLoss {
  name: TokenClass;
  /** Tokens of the class that were predicted. */
  tokens: number;
  /** Their characters (code points). */
  characters: number;
  /** The sum of their −ln p. */
  nats: number;
}

/**
 * The loss of each class that occurs, in the order of `TOKEN_CLASSES`. All are [N]; a token whose `nats` is NaN was not
 * predicted.
 */
export function lossByClass(nats: Float64Array, classes: Uint8Array, characters: Float64Array): ClassLoss[] {
  const losses = TOKEN_CLASSES.map((name) => ({name, tokens: 0, characters: 0, nats: 0}));
  for (let i = 0; i < nats.length; i++) {
    if (Number.isNaN(nats[i])) continue;
    const loss = losses[classes[i]!]!;
    loss.tokens++;
    loss.characters += characters[i]!;
    loss.nats += nats[i]!;
  }
  return losses.filter(({tokens}) => tokens > 0);
}

import {MAX_VOCABULARY} from "./characterTokenizer.js";

/**
 * Which tokenizer a text is cut with. `vocabularySize` counts every token but padding, so that a padded tokenizer
 * cuts texts as the same one without padding does.
 */
export type TokenizerChoice =
  | {kind: "character"; padding?: boolean}
  | {kind: "byte-pair"; vocabularySize: number; padding?: boolean}
  | {kind: "word-piece"; vocabularySize: number; padding?: boolean};

/** The fewest tokens that can be asked for: the bytes and one merge; `[UNK]` and one piece. */
const FEWEST = {"byte-pair": 257, "word-piece": 2} as const;

const FORMS = "character, byte-pair:SIZE or word-piece:SIZE, for example byte-pair:512";

/**
 * Throws RangeError, naming the field, its value and the limit, for a choice that no text can satisfy. What a
 * WordPiece vocabulary needs beyond that depends on the text's characters: `trainTokenizer` says.
 */
export function checkTokenizerChoice(choice: TokenizerChoice): void {
  if (choice.kind === "character") return;
  const fewest: number | undefined = FEWEST[choice.kind];
  if (fewest === undefined)
    throw new RangeError(`The tokenizer's kind is “${(choice as {kind: unknown}).kind}”; use ${FORMS}.`);
  const most = MAX_VOCABULARY - (choice.padding ? 1 : 0);
  const {vocabularySize: size} = choice;
  if (!Number.isInteger(size) || size < fewest || size > most)
    throw new RangeError(
      `vocabularySize is ${size}; a ${choice.kind} tokenizer can have ${count(fewest)} to ${count(most)} tokens` +
        `${choice.padding ? " beside the one for padding" : ""}.`
    );
}

/**
 * The choice in a text such as `character`, `byte-pair:512` or `word-piece:1000`: what TOKENIZER and --tokenizer
 * hold. Throws RangeError, saying what is allowed.
 */
export function parseTokenizerChoice(text: string): TokenizerChoice {
  if (text === "character") return {kind: "character"};
  const [, kind, size] = /^(byte-pair|word-piece):(\d+)$/.exec(text) ?? [];
  if (!kind) throw new RangeError(`The tokenizer is “${text.slice(0, 60)}”; it must be ${FORMS}.`);
  const choice = {kind: kind as "byte-pair" | "word-piece", vocabularySize: Number(size)};
  checkTokenizerChoice(choice);
  return choice;
}

const count = (n: number): string => n.toLocaleString("en");

import {specialToken} from "../text/addedToken.js";
import {MAX_VOCABULARY} from "../text/characterTokenizer.js";
import type {Tokenizer, TokenizerFile} from "../text/tokenizer.js";
import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {PADDING} from "../text/trainTokenizer.js";
import {buildCorpus} from "./buildCorpus.js";
import {type Corpus, floorPerToken} from "./meta.js";

/**
 * The same text cut with another tokenizer: the tokens are decoded and the text is built anew, so that it splits at
 * the same character, and the loss floor is spread over the new tokens. The corpus itself comes back where its
 * tokenizer is already the one chosen, and its tokens where they only lack one for padding. Throws RangeError as `buildCorpus` does, and Error where the tokens do not
 * give the text back, as word pieces do not.
 */
export async function retokenise(
  corpus: Corpus,
  choice: TokenizerChoice,
  blockSize: number
): Promise<Corpus> {
  const {name, source, license, sha256, counts, floor} = corpus.meta;
  const tokenizer = readTokenizer(corpus.meta.tokenizer);
  if (isChosen(tokenizer, choice)) return corpus;
  if (choice.padding && isChosen(tokenizer, {...choice, padding: false}))
    return {...corpus, meta: {...corpus.meta, tokenizer: withPadding(tokenizer)}};
  const lost = new Error(
    `“${name}” is stored as ${tokenizer.kind} tokens, which do not hold all of its text, so it cannot be cut ` +
      `otherwise: keep its tokenizer, or give the text itself.`
  );
  if (tokenizer.kind === "word-piece") throw lost;
  const text = tokenizer.decode(corpus.train) + tokenizer.decode(corpus.val);
  const built = await buildCorpus(text, {name, source, license, blockSize, tokenizer: choice});
  const {meta} = built;
  if (meta.sha256 !== sha256 || meta.counts.trainCharacters !== counts.trainCharacters) throw lost;
  if (floor)
    meta.floor = floorPerToken({train: floor.train * counts.train, val: floor.val * counts.val}, meta);
  return built;
}

/** The tokenizer with one token more, the last, that no text is cut into. */
function withPadding(tokenizer: Tokenizer): TokenizerFile {
  const id = tokenizer.vocabulary.length;
  if (id >= MAX_VOCABULARY)
    throw new RangeError(
      `The vocabulary has ${id.toLocaleString("en")} tokens, the most there can be, and no room for one that fills rows up: train on windows.`
    );
  const file = tokenizer.toJSON();
  const padding = PADDING[tokenizer.kind];
  return {
    ...file,
    added_tokens: [specialToken(id, padding)],
    model: {...file.model, vocab: {...file.model.vocab, [padding]: id}}
  };
}

/** Whether a tokenizer is of the kind and size chosen. */
export function isChosen(tokenizer: Tokenizer, choice: TokenizerChoice): boolean {
  const padding = tokenizer.paddingId === undefined ? 0 : 1;
  if (tokenizer.kind !== choice.kind || padding !== (choice.padding ? 1 : 0)) return false;
  return choice.kind === "character" || tokenizer.vocabulary.length - padding === choice.vocabularySize;
}

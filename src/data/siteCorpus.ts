import {type ChosenCorpus, chooseCorpus} from "../components/corpus/chooseCorpus.js";
import {parseTokenizerChoice} from "../components/text/tokenizerChoice.js";
import {sharedResult} from "./sharedResult.js";

/** The default preset's context: each part of the text is longer. */
const BLOCK_SIZE = 128;

/**
 * The text that the site is about: the one at the path or URL in CORPUS, else the story grammar's, cut as TOKENIZER says:
 * character (when absent), byte-pair:512, word-piece:1000. Rejects as `chooseCorpus` does.
 */
export async function siteCorpus(): Promise<ChosenCorpus> {
  const choice = process.env.TOKENIZER || "character";
  const tokenizer = parseTokenizerChoice(choice);
  return sharedResult(`corpus ${choice} ${BLOCK_SIZE}`, () =>
    chooseCorpus(process.env.CORPUS, BLOCK_SIZE, {tokenizer})
  );
}

/** The same text cut by character, whatever TOKENIZER says; each part is longer than `blockSize`. */
export function siteCharacters(blockSize = 1): Promise<ChosenCorpus> {
  return sharedResult(`corpus character ${blockSize}`, () => chooseCorpus(process.env.CORPUS, blockSize));
}

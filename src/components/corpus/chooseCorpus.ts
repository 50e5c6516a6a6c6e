import {checkTokenizerChoice, type TokenizerChoice} from "../text/tokenizerChoice.js";
import {buildCorpus} from "./buildCorpus.js";
import type {Corpus} from "./meta.js";
import {type ReadTextOptions, readText} from "./readText.js";
import {storyCorpus} from "./storyCorpus.js";

export interface ChosenCorpus {
  corpus: Corpus;
  /** The true ln p of each validation token; null where the source of the text is unknown. */
  valLogProbabilities: Float32Array | null;
}

export interface ChooseCorpusOptions extends ReadTextOptions {
  /** By character unless told otherwise. */
  tokenizer?: TokenizerChoice;
}

/**
 * The corpus that a publisher names (a path or URL of UTF-8 text), or the story grammar's where none is
 * named. For Node: the site's loader and the command line take the same road.
 */
export async function chooseCorpus(
  location: string | undefined,
  blockSize: number,
  {tokenizer = {kind: "character"}, ...options}: ChooseCorpusOptions = {}
): Promise<ChosenCorpus> {
  checkTokenizerChoice(tokenizer);
  if (!location) {
    const {corpus, logProbabilities} = await storyCorpus({tokenizer});
    return {corpus, valLogProbabilities: logProbabilities.val};
  }
  const {text, ...description} = await readText(location, options);
  return {corpus: await buildCorpus(text, {...description, blockSize, tokenizer}), valLogProbabilities: null};
}

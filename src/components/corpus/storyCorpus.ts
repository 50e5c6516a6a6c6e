import type {TokenizerChoice} from "../text/tokenizerChoice.js";
import {readTokenizer} from "../text/tokenizerFile.js";
import {buildCorpus} from "./buildCorpus.js";
import {type Corpus, floorPerToken} from "./meta.js";
import {splitText} from "./split.js";
import {writeStories} from "./storyText.js";

export interface StoryCorpus {
  corpus: Corpus;
  /**
   * The true ln p of the text of each token of each split, given all the text before it. A token's text goes on to
   * where the next one starts.
   */
  logProbabilities: {train: Float32Array; val: Float32Array};
}

/**
 * The default corpus: at least `bytes` of whole stories, with the loss floor in its meta: the −ln p of each split
 * under the grammar itself over its tokens, which is what a perfect model would score.
 */
export async function storyCorpus({
  seed = 1,
  bytes = 1_000_000,
  tokenizer: choice = {kind: "character"}
}: {
  seed?: number;
  bytes?: number;
  tokenizer?: TokenizerChoice;
} = {}): Promise<StoryCorpus> {
  const telling = writeStories({seed, length: bytes});
  const text = telling.text();
  const corpus = await buildCorpus(text, {
    name: "story grammar",
    source: `built-in story grammar, seed ${seed}`,
    license: "Written by this project's own story grammar; MIT, as the project.",
    blockSize: 1,
    tokenizer: choice
  });
  const parts = splitText(text);
  const train = telling.characters.slice(0, parts.train.length);
  const val = telling.characters.slice(parts.train.length);
  corpus.meta.floor = floorPerToken({train: totalLoss(train), val: totalLoss(val)}, corpus.meta);
  const {boundaries} = readTokenizer(corpus.meta.tokenizer);
  return {
    corpus,
    logProbabilities: {
      train: perToken(train, boundaries(parts.train)),
      val: perToken(val, boundaries(parts.val))
    }
  };
}

const totalLoss = (logProbabilities: number[]): number =>
  -logProbabilities.reduce((sum, value) => sum + value, 0);

/** Sums of ln p from where each token starts to where the next does; what precedes the first belongs to it. */
function perToken(logProbabilities: readonly number[], starts: Uint32Array): Float32Array {
  const sums = new Float32Array(starts.length);
  for (let i = 0; i < starts.length; i++) {
    const end = starts[i + 1] ?? logProbabilities.length;
    let sum = 0;
    for (let at = i === 0 ? 0 : starts[i]!; at < end; at++) sum += logProbabilities[at]!;
    sums[i] = sum;
  }
  return sums;
}

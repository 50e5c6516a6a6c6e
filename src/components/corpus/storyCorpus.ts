import {buildCorpus} from "./buildCorpus.js";
import type {Corpus} from "./meta.js";
import {writeStories} from "./storyText.js";

export interface StoryCorpus {
  corpus: Corpus;
  /** The true ln p of each token of each split, given all the text before it. */
  logProbabilities: {train: Float32Array; val: Float32Array};
}

/**
 * The default corpus: at least `bytes` of whole stories, with the loss floor in its meta: the mean of −ln p
 * over each split under the grammar itself, which is what a perfect model would score.
 */
export async function storyCorpus({seed = 1, bytes = 1_000_000} = {}): Promise<StoryCorpus> {
  const telling = writeStories({seed, length: bytes});
  const corpus = await buildCorpus(telling.text(), {
    name: "story grammar",
    source: `built-in story grammar, seed ${seed}`,
    license: "Written by this project's own story grammar; MIT, as the project.",
    blockSize: 1
  });
  const train = telling.characters.slice(0, corpus.train.length);
  const val = telling.characters.slice(corpus.train.length);
  corpus.meta.floor = {train: meanLoss(train), val: meanLoss(val)};
  return {corpus, logProbabilities: {train: Float32Array.from(train), val: Float32Array.from(val)}};
}

const meanLoss = (logProbabilities: number[]): number =>
  -logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length;

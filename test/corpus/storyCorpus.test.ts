import {expect, it} from "vitest";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {readStories} from "../../src/components/corpus/storyText.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import {readTokenizer} from "../../src/components/text/tokenizerFile.js";

it("has the floor that its own text has under the grammar", async () => {
  const {corpus, logProbabilities} = await storyCorpus({seed: 2, bytes: 60_000});
  const {meta, train, val} = corpus;
  const tokenizer = readTokenizer(meta.tokenizer);
  const text = tokenizer.decode(train) + tokenizer.decode(val);
  const reading = readStories(text).logProbabilities;
  expect(reading).toHaveLength(meta.counts.tokens);
  const loss = (values: number[]) => -values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(meta.floor!.train).toBeCloseTo(loss(reading.slice(0, train.length)), 12);
  expect(meta.floor!.val).toBeCloseTo(loss(reading.slice(train.length)), 12);
  expect(logProbabilities.val).toEqual(Float32Array.from(reading.slice(train.length)));
  expect(logProbabilities.train).toHaveLength(train.length);
});

it("cannot be beaten by counting n-grams", async () => {
  const {corpus} = await storyCorpus({seed: 3, bytes: 200_000});
  const vocabSize = readTokenizer(corpus.meta.tokenizer).vocabulary.length;
  const losses = [1, 2, 4, 8].map((order) =>
    ngramLoss(trainNgram(corpus.train, {order, vocabSize}), corpus.val)
  );
  for (const loss of losses) expect(loss).toBeGreaterThan(corpus.meta.floor!.val);
  expect([...losses].sort((a, b) => b - a)).toEqual(losses);
});

it("is about a megabyte, always the same, with the same floor in both splits", async () => {
  const {corpus} = await storyCorpus();
  const {counts, floor, sha256, source} = corpus.meta;
  expect(counts.bytes).toBeGreaterThanOrEqual(1_000_000);
  expect(counts.bytes).toBeLessThan(1_002_000);
  expect(counts.train + counts.val).toBe(counts.tokens);
  expect(source).toBe("built-in story grammar, seed 1");
  expect(Math.abs(floor!.train - floor!.val)).toBeLessThan(0.003);
  // A change of the grammar changes this, and with it every model that was trained on the text.
  expect(sha256).toBe("4430ff55401690ba3bee00b5a5a05030863af9578c83a07e799db76efea5f64b");
});

import {createHash} from "node:crypto";
import {describe, expect, it} from "vitest";
import {charactersPerToken} from "../../src/components/corpus/meta.js";
import {storyCorpus} from "../../src/components/corpus/storyCorpus.js";
import {readStories, writeStories} from "../../src/components/corpus/storyText.js";
import {tokensToBytes} from "../../src/components/corpus/tokenBytes.js";
import {ngramLoss, trainNgram} from "../../src/components/evaluation/ngram.js";
import type {TokenizerChoice} from "../../src/components/text/tokenizerChoice.js";
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

describe("with another tokenizer", () => {
  const description = {seed: 2, bytes: 300_000};
  const choices: TokenizerChoice[] = [
    {kind: "byte-pair", vocabularySize: 400},
    {kind: "word-piece", vocabularySize: 400}
  ];
  it.each(choices)("has the same text, parts and floor a character: %o", async (tokenizer) => {
    const plain = (await storyCorpus(description)).corpus.meta;
    const {corpus, logProbabilities} = await storyCorpus({...description, tokenizer});
    const {meta, train, val} = corpus;
    expect(meta.sha256).toBe(plain.sha256);
    expect(meta.unknown.total).toBe(0);
    for (const part of ["train", "val"] as const) {
      expect(meta.counts[`${part}Characters`]).toBe(plain.counts[part]);
      expect(meta.counts[part]).toBeLessThan(plain.counts[part] / 1.2);
      const nats = plain.floor![part] * plain.counts[part];
      expect(meta.floor![part] * meta.counts[part]).toBeCloseTo(nats, 6);
      expect(meta.floor![part] / charactersPerToken(meta, part)).toBeCloseTo(plain.floor![part], 12);
      expect(logProbabilities[part]).toHaveLength(meta.counts[part]);
      expect(-logProbabilities[part].reduce((sum, value) => sum + value, 0) / nats).toBeCloseTo(1, 6);
    }
    expect([train.length, val.length]).toEqual([meta.counts.train, meta.counts.val]);
  });

  it("has no floor where word pieces leave something unknown", async () => {
    const {corpus} = await storyCorpus({
      seed: 2,
      bytes: 2000,
      tokenizer: {kind: "word-piece", vocabularySize: 200}
    });
    expect(corpus.meta.unknown.total).toBeGreaterThan(0);
    expect(corpus.meta.floor).toBeNull();
  });

  it("loses nothing in word pieces that a model could not know: the words determine the white space", () => {
    const isSpace = (character: string) => /\s/.test(character);
    const isLetter = (character: string) => /\w/.test(character);
    const stories = writeStories({seed: 5, length: 12_000})
      .text()
      .split(/(?<=\n\n)/);
    let choices = 0;
    for (const story of stories)
      for (let i = 1; i < story.length; i++) {
        const next = [...readStories(story.slice(0, i)).next.keys()];
        if (next.length > 1) choices++;
        const spaces = next.filter(isSpace);
        if (spaces.length === 0 || next.length === 1) continue;
        // A choice of white space is one between two words and one word: tokens tell those apart, and no others.
        const around = [story[i - 1]!, ...next.filter((character) => !isSpace(character))];
        expect([spaces.length, around.filter((character) => !isLetter(character))]).toEqual([1, []]);
      }
    expect(choices).toBeGreaterThan(500);
  });
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
  // A change of these is one of the split or of the character tokenizer; stored runs rely on both.
  const digest = (tokens: Uint16Array) => createHash("sha256").update(tokensToBytes(tokens)).digest("hex");
  expect(digest(corpus.train)).toMatch(/^169e870399ef902e/);
  expect(digest(corpus.val)).toMatch(/^e3c554e5b7976aa1/);
  expect(floor!.val).toBeCloseTo(0.11170491160830386, 12);
});
